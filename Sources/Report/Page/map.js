// The map: a point for each picture, coloured by its class, which moves when the features or the places are switched.

const colours = ['#3b7dd8', '#d9622b', '#2e9e5b', '#c44fa0', '#8a63d2', '#a97f00', '#0e93a8', '#d64550', '#6b8e23', '#8d6e63'];
const classColour = label => label === 65535 ? '#7a828c' : colours[label % colours.length];
const plane = find('plane');
const brush = plane.getContext('2d');
// Places are 0…1; the view maps them to pixels.
const view = { x: 0.5, y: 0.5, zoom: 1 };
let places = new Float32Array(0);
let moving = null;
let wanted = false;

function targets() {
  const from = sight().places[state.projection];
  return Float32Array.from(from, value => value / 65535);
}

// Lets the points go to where the features and the projection in use put them.
function movePoints(jumps = false) {
  const to = targets();
  if (places.length !== to.length || jumps || matchMedia('(prefers-reduced-motion: reduce)').matches) {
    places = to;
    moving = null;
  } else {
    moving = { from: places, to, began: performance.now() };
  }
  redraw();
}

const side = () => Math.min(plane.clientWidth, plane.clientHeight) * 0.92;
function toScreen(index) {
  const scale = side() * view.zoom;
  return [plane.clientWidth / 2 + (places[2 * index] - view.x) * scale, plane.clientHeight / 2 + (places[2 * index + 1] - view.y) * scale];
}
function toPlace(x, y) {
  const scale = side() * view.zoom;
  return [view.x + (x - plane.clientWidth / 2) / scale, view.y + (y - plane.clientHeight / 2) / scale];
}
const isInView = ([x, y]) => x >= 0 && y >= 0 && x <= plane.clientWidth && y <= plane.clientHeight;

function redraw() {
  if (wanted) return;
  wanted = true;
  requestAnimationFrame(now => {
    wanted = false;
    if (moving) {
      const t = Math.min(1, (now - moving.began) / 700);
      const ease = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t);
      places = t < 1 ? moving.from.map((value, index) => value + (moving.to[index] - value) * ease) : moving.to;
      if (t >= 1) moving = null;
      else redraw();
    }
    draw();
  });
}

// Classes beyond the colours have other shapes.
function mark(context, x, y, size, shape) {
  context.beginPath();
  if (shape === 0) context.arc(x, y, size, 0, 7);
  else if (shape === 1) context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (shape === 2) {
    context.moveTo(x, y - 1.2 * size);
    context.lineTo(x + 1.1 * size, y + size);
    context.lineTo(x - 1.1 * size, y + size);
  } else {
    context.moveTo(x, y - 1.3 * size);
    context.lineTo(x + 1.3 * size, y);
    context.lineTo(x, y + 1.3 * size);
    context.lineTo(x - 1.3 * size, y);
  }
  context.fill();
}
const shapeOf = label => label === 65535 ? 0 : Math.floor(label / colours.length) % 4;

function draw() {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [plane.clientWidth, plane.clientHeight];
  if (plane.width !== Math.round(width * ratio) || plane.height !== Math.round(height * ratio)) {
    [plane.width, plane.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  }
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  brush.clearRect(0, 0, width, height);
  const { labels, count } = gallery();
  const size = Math.max(1.8, Math.min(7, 60 / Math.sqrt(count) * Math.sqrt(view.zoom)));
  const isDimmed = index => (state.onlyClass >= 0 && labels[index] !== state.onlyClass) || (state.listed.size > 0 && !state.listed.has(index));
  const free = find('show-pictures').getAttribute('aria-pressed') === 'true' ? new Set() : null;
  // A step without common divisors, so that no class covers the others.
  let step = Math.max(1, Math.floor(count * 0.618));
  while (divisor(step, count) > 1) step += 1;
  for (const dimmed of [true, false]) {
    brush.globalAlpha = dimmed ? 0.16 : 0.85;
    for (let turn = 0, index = 0; turn < count; turn += 1, index = (index + step) % count) {
      if (isDimmed(index) !== dimmed) continue;
      const [x, y] = toScreen(index);
      if (x < -50 || y < -50 || x > width + 50 || y > height + 50) continue;
      if (free && !dimmed && pictured(index, x, y, free)) continue;
      brush.fillStyle = classColour(labels[index]);
      mark(brush, x, y, size, shapeOf(labels[index]));
    }
  }
  brush.globalAlpha = 1;
  drawLasso(brush);
  if (state.selected >= 0) {
    const [x, y] = toScreen(state.selected);
    brush.strokeStyle = getComputedStyle(plane).color;
    brush.lineWidth = 2.5;
    brush.beginPath();
    brush.arc(x, y, size + 5, 0, 7);
    brush.stroke();
  }
}

const divisor = (a, b) => b === 0 ? a : divisor(b, a % b);

// Draws a picture in place of the points of a small square, if it is the first of them and its sheet is there.
function pictured(index, x, y, taken) {
  const tile = 36;
  const [column, line] = [Math.floor(x / tile), Math.floor(y / tile)];
  const key = column + 1000 * line;
  if (taken.has(key)) return true;
  const at = corner(index);
  const { image } = sheets[at.sheet];
  if (!image) {
    sheet(at.sheet).then(redraw);
    return false;
  }
  taken.add(key);
  const scale = (tile - 3) / Math.max(at.width, at.height);
  const [w, h] = [at.width * scale, at.height * scale];
  const [left, top] = [(column + 0.5) * tile - w / 2, (line + 0.5) * tile - h / 2];
  brush.drawImage(image, at.x, at.y, at.width, at.height, left, top, w, h);
  brush.strokeStyle = classColour(gallery().labels[index]);
  brush.lineWidth = 2;
  brush.strokeRect(left, top, w, h);
  return true;
}

// The picture nearest to a pixel, within a reach.
function pictureAt(x, y, reach = 14) {
  let [best, distance] = [-1, reach * reach];
  for (let index = 0; index < gallery().count; index += 1) {
    if (state.onlyClass >= 0 && gallery().labels[index] !== state.onlyClass) continue;
    const [px, py] = toScreen(index);
    const d = (px - x) ** 2 + (py - y) ** 2;
    if (d < distance) [best, distance] = [index, d];
  }
  return best;
}

function zoomBy(factor, x = plane.clientWidth / 2, y = plane.clientHeight / 2) {
  const before = toPlace(x, y);
  view.zoom = Math.max(0.8, Math.min(400, view.zoom * factor));
  const after = toPlace(x, y);
  view.x += before[0] - after[0];
  view.y += before[1] - after[1];
  redraw();
}

function showWhole() {
  Object.assign(view, { x: 0.5, y: 0.5, zoom: 1 });
  redraw();
}

function showTip(index, x, y) {
  const tip = find('tip');
  tip.hidden = index < 0;
  plane.dataset.under = index;
  if (index < 0) return;
  tip.replaceChildren(drawn(index), make('div', {}, baseName(index)), make('div', {}, className(index)));
  tip.style.left = `${Math.min(x + 16, plane.clientWidth - 130)}px`;
  tip.style.top = `${y > plane.clientHeight - 160 ? y - 150 : y + 12}px`;
}

function showLegend() {
  const { classes, counts } = gallery();
  find('legend').hidden = classes.length === 0;
  find('legend').replaceChildren(...classes.map((name, label) => ({ name, label })).filter(({ label }) => counts[label] > 0).map(({ name, label }) => {
    const swatch = make('canvas', { width: 28, height: 28, 'aria-hidden': 'true' });
    const context = swatch.getContext('2d');
    context.fillStyle = classColour(label);
    mark(context, 14, 14, 10, shapeOf(label));
    const button = make('button', {
      type: 'button', 'aria-pressed': String(state.onlyClass === label), title: `Show ${name} alone`,
      onclick: () => {
        state.onlyClass = state.onlyClass === label ? -1 : label;
        for (const other of find('legend').querySelectorAll('button')) other.setAttribute('aria-pressed', 'false');
        button.setAttribute('aria-pressed', String(state.onlyClass === label));
        redraw();
      },
    }, swatch, make('span', { class: 'name' }, name), make('span', {}, String(counts[label])));
    return make('li', {}, button);
  }));
}
