// What the page was given: pictures in galleries, and runs. Long lists are bytes in base 64, numbers of 16 bits with the low
// byte first.

const page = JSON.parse(find('data').textContent);
const bytes = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
const words = text => new Uint16Array(bytes(text).buffer);

for (const gallery of page.galleries) {
  gallery.labels = words(gallery.labels);
  gallery.widths = bytes(gallery.widths);
  gallery.heights = bytes(gallery.heights);
  gallery.count = gallery.names.length;
  gallery.counts = gallery.classes.map(() => 0);
  for (const label of gallery.labels) if (label < gallery.counts.length) gallery.counts[label] += 1;
}
for (const run of page.runs) {
  for (const sight of run.sights) {
    sight.places = [words(sight.neighbourhood), words(sight.components)];
    sight.nearest = words(sight.nearest);
    sight.similarities = bytes(sight.similarities);
  }
}

// What is looked at now.
const state = { run: page.runs[0], sight: page.runs[0].sights.length - 1, projection: 0, selected: -1, listed: new Set(), onlyClass: -1 };
const gallery = () => page.galleries[state.run.gallery];
const sight = () => state.run.sights[state.sight];
const sightNames = { 'raw pixels': 'Raw pixels', 'untrained encoder': 'Untrained', 'trained encoder': 'Trained', 'imported encoder': 'Imported', patches: 'Patches' };
const sightName = one => sightNames[one.name] ?? one.name;
const className = index => {
  const label = gallery().labels[index];
  return label < gallery().classes.length ? gallery().classes[label] : '';
};
const baseName = index => gallery().names[index].split('/').pop();

// The sheets of thumbnails, each decoded when its first picture is wanted.
const sheetTexts = [...document.querySelectorAll('script.sheet')].map(element => element.textContent);
const sheets = sheetTexts.map(() => ({ image: null, promise: null }));
function sheet(index) {
  const one = sheets[index];
  one.promise ??= (async () => {
    const image = new Image();
    image.src = 'data:image/jpeg;base64,' + sheetTexts[index];
    sheetTexts[index] = '';
    await image.decode();
    one.image = image;
    return image;
  })();
  return one.promise;
}

// Where a picture's thumbnail is.
function corner(index, from = gallery()) {
  const place = index % from.each;
  return {
    sheet: from.firstSheet + Math.floor(index / from.each),
    x: (place % from.columns) * from.cell, y: Math.floor(place / from.columns) * from.cell,
    width: from.widths[index], height: from.heights[index],
  };
}

// A canvas with a picture, which appears as soon as its sheet is decoded.
function drawn(index) {
  const at = corner(index);
  const canvas = make('canvas', { width: at.width, height: at.height, 'aria-hidden': 'true' });
  if (Math.max(at.width, at.height) <= 48) canvas.classList.add('pixelated');
  sheet(at.sheet).then(image => {
    canvas.getContext('2d').drawImage(image, at.x, at.y, at.width, at.height, 0, 0, at.width, at.height);
  });
  return canvas;
}

// A picture as a button that selects it.
function thumb(index, ...notes) {
  const label = [gallery().names[index], className(index), ...notes.map(note => note?.textContent ?? note)].filter(Boolean).join(', ');
  return make('button', { type: 'button', class: 'thumb', title: gallery().names[index], 'aria-label': label, onclick: () => select(index, true) },
    drawn(index), notes.length ? make('span', { class: 'note' }, notes) : null);
}

const selectionListeners = [];
function select(index, scrolls = false) {
  state.selected = index;
  for (const listener of selectionListeners) listener(index, scrolls);
}
