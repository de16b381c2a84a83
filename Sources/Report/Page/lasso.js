// How the map is handled: by pointer, by keys, by a lasso and by a search.

let loop = null;
const hands = new Map();

function drawLasso(context) {
  if (!loop || loop.length < 2) return;
  context.strokeStyle = getComputedStyle(plane).color;
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [x, y] of loop) context.lineTo(x, y);
  context.closePath();
  context.stroke();
  context.setLineDash([]);
}

// Whether a point is inside a polygon: by the number of sides to its right.
function isInside([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [polygon[i], polygon[j]];
    if ((yi > y) !== (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

const isShown = index => state.onlyClass < 0 || gallery().labels[index] === state.onlyClass;
const picturesWhere = accepts => Array.from({ length: gallery().count }, (_, index) => index).filter(index => isShown(index) && accepts(index));
const isLasso = () => find('lasso').getAttribute('aria-pressed') === 'true';

function press(button, pressed = button.getAttribute('aria-pressed') !== 'true') {
  button.setAttribute('aria-pressed', String(pressed));
  plane.classList.toggle('lasso', isLasso());
}

// Lists pictures below the map and leaves them alone bright on it.
function list(pictures, what) {
  state.listed = new Set(pictures);
  const counts = new Map();
  for (const index of pictures) counts.set(className(index), (counts.get(className(index)) ?? 0) + 1);
  const parts = [...counts].filter(([name]) => name).sort((a, b) => b[1] - a[1]).slice(0, 6).map(([name, count]) => `${name} ${count}`);
  const grid = make('div', { class: 'pictures' });
  find('listing').replaceChildren(
    make('h3', {}, `${counted(pictures.length, 'picture')} ${what}`),
    make('p', {}, parts.join(', '), ' ', make('button', { type: 'button', onclick: clearList }, 'Clear')), grid);
  portion(grid, pictures, index => thumb(index));
  redraw();
}

function clearList() {
  state.listed = new Set();
  find('search').value = '';
  find('listing').replaceChildren();
  redraw();
}

function listVisible() { list(picturesWhere(index => isInView(toScreen(index))), 'in view'); }

function search() {
  const text = find('search').value.trim().toLowerCase();
  if (text === '') return clearList();
  list(picturesWhere(index => gallery().names[index].toLowerCase().includes(text) || className(index).toLowerCase().includes(text)),
    `match “${find('search').value.trim()}”`);
}

function position(event) {
  const box = plane.getBoundingClientRect();
  return [event.clientX - box.left - plane.clientLeft, event.clientY - box.top - plane.clientTop];
}

plane.addEventListener('pointerdown', event => {
  const at = position(event);
  hands.set(event.pointerId, { at, start: at });
  plane.setPointerCapture(event.pointerId);
  loop = isLasso() || event.shiftKey ? [at] : null;
  showTip(-1);
});
plane.addEventListener('pointermove', event => {
  const at = position(event);
  const hand = hands.get(event.pointerId);
  if (!hand) {
    showTip(pictureAt(...at), ...at);
    return;
  }
  if (loop) {
    loop.push(at);
  } else {
    const scale = side() * view.zoom;
    view.x -= (at[0] - hand.at[0]) / scale;
    view.y -= (at[1] - hand.at[1]) / scale;
  }
  hand.at = at;
  redraw();
});
plane.addEventListener('pointerup', event => {
  const hand = hands.get(event.pointerId);
  hands.delete(event.pointerId);
  if (!hand) return;
  const moved = Math.hypot(hand.at[0] - hand.start[0], hand.at[1] - hand.start[1]);
  if (loop && loop.length > 2) {
    const polygon = loop;
    loop = null;
    list(picturesWhere(index => isInside(toScreen(index), polygon)), 'inside the lasso');
  } else if (moved < 5) {
    const index = pictureAt(...hand.at);
    if (index >= 0) select(index);
  }
  loop = null;
  redraw();
});
plane.addEventListener('pointercancel', event => {
  hands.delete(event.pointerId);
  loop = null;
});
plane.addEventListener('pointerleave', () => showTip(-1));
plane.addEventListener('wheel', event => {
  // The wheel scrolls the page unless the map has the focus.
  if (document.activeElement !== plane && !event.ctrlKey) return;
  event.preventDefault();
  zoomBy(Math.exp(-event.deltaY * 0.0015), ...position(event));
}, { passive: false });
plane.addEventListener('dblclick', event => zoomBy(2, ...position(event)));

// The nearest picture in a direction, sideways counting double.
function step(dx, dy) {
  if (state.selected < 0) {
    const start = pictureAt(plane.clientWidth / 2, plane.clientHeight / 2, Infinity);
    if (start >= 0) select(start);
    return;
  }
  const [x, y] = toScreen(state.selected);
  let [best, least] = [-1, Infinity];
  for (const index of picturesWhere(index => index !== state.selected)) {
    const [px, py] = toScreen(index);
    const ahead = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy - (py - y) * dx);
    if (ahead <= 0.01 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [index, cost];
  }
  if (best < 0) return;
  select(best);
  const at = toScreen(best);
  if (!isInView(at)) [view.x, view.y] = [places[2 * best], places[2 * best + 1]];
  showTip(best, ...toScreen(best));
}

const keys = {
  ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
  '+': () => zoomBy(1.5), '=': () => zoomBy(1.5), '-': () => zoomBy(1 / 1.5), 0: showWhole, l: () => press(find('lasso')), v: listVisible,
  Enter: () => { if (state.selected >= 0) { find('neighbours').scrollIntoView(); find('neighbours-title').focus({ preventScroll: true }); } },
  Escape: () => { clearList(); showTip(-1); press(find('lasso'), false); },
};
plane.addEventListener('keydown', event => {
  const act = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});

find('zoom-in').addEventListener('click', () => zoomBy(1.5));
find('zoom-out').addEventListener('click', () => zoomBy(1 / 1.5));
find('whole').addEventListener('click', showWhole);
find('lasso').addEventListener('click', event => press(event.currentTarget));
find('visible').addEventListener('click', listVisible);
find('show-pictures').addEventListener('click', event => { press(event.currentTarget); redraw(); });
find('search').addEventListener('input', search);
new ResizeObserver(redraw).observe(plane);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
