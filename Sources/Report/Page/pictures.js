// Sections of pictures: neighbours, mistakes, pairs, loners, clusters, views and filters.

function showNeighbours(index) {
  const { names, count } = gallery();
  if (index < 0 || index >= count) {
    find('chosen').replaceChildren(make('p', {}, 'Choose a picture on the map or anywhere on the page.'));
    find('nearest').replaceChildren();
    return;
  }
  const own = className(index);
  find('chosen').replaceChildren(make('div', { class: 'chosen' }, drawn(index),
    make('div', {}, make('div', {}, names[index]), own ? make('div', {}, `class ${own}`) : null)));
  find('nearest').replaceChildren(...state.run.sights.map(one => {
    const k = one.neighbours;
    const found = Array.from({ length: k }, (_, place) => index * k + place);
    const alike = found.filter(place => gallery().labels[one.nearest[place]] === gallery().labels[index]).length;
    return make('div', {}, make('h3', {}, sightName(one), own ? `: ${alike} of ${k} in its class` : ''),
      make('div', { class: 'pictures' }, found.map(place => {
        const other = one.nearest[place];
        const similarity = fixed(one.similarities[place] / 127.5 - 1, 2);
        const isOther = own && className(other) !== own;
        return thumb(other, similarity, own ? make('span', { class: isOther ? 'wrong' : null }, ` ${className(other)}`) : null);
      })));
  }));
}

function showMistakes() {
  const { classes } = gallery();
  const { mistakes } = sight();
  if (mistakes.length === 0) {
    find('wrong').replaceChildren(make('p', {}, 'None among the pictures shown.'));
    return;
  }
  portion(find('wrong'), mistakes, ([index, guess, share]) =>
    thumb(index, make('span', {}, className(index)), make('span', { class: 'wrong' }, ` → ${classes[guess]} ${fixed(100 * share, 0)}\u00a0%`)), 24);
}

function showPairs() {
  const grid = find('closest');
  grid.classList.add('wide');
  portion(grid, sight().pairs, ([first, second, similarity]) => {
    const differ = className(first) !== className(second);
    return make('div', { class: 'pair' }, thumb(first), thumb(second),
      make('p', { class: differ ? 'different' : null }, `${fixed(similarity, 3)} `,
        differ ? `${className(first)} and ${className(second)}` : className(first)));
  }, 12);
  portion(find('lonely'), sight().loneliest, ([index, similarity]) => thumb(index, fixed(similarity, 2), ` ${className(index)}`), 24);
}

function showClusters() {
  const { clusters } = state.run;
  portion(find('groups'), clusters, members => {
    const counts = new Map();
    for (const index of members) counts.set(className(index), (counts.get(className(index)) ?? 0) + 1);
    const parts = [...counts].filter(([name]) => name).sort((a, b) => b[1] - a[1]).filter(([, count]) => count >= 0.05 * members.length).slice(0, 3)
      .map(([name, count]) => `${name} ${Math.round(100 * count / members.length)}\u00a0%`);
    const show = make('button', { type: 'button', onclick: () => { list(members, 'in this cluster'); find('map').scrollIntoView(); } }, 'On the map');
    return make('div', { class: 'group' },
      make('div', {}, make('strong', {}, counted(members.length, 'picture')), make('p', {}, parts.join(', ')), show),
      make('div', { class: 'pictures' }, members.slice(0, 12).map(index => thumb(index))));
  }, 12);
}

function showInside() {
  const { views, filters, untrainedFilters } = state.run;
  const figure = (source, text) => source && make('figure', {}, make('img', { src: source, alt: text, class: 'sheet-picture' }), make('figcaption', {}, text));
  find('views').replaceChildren(...[figure(views, 'Some pictures, each followed by views of it as the training saw them: what the encoder learns to ignore.')].filter(Boolean));
  find('filters').replaceChildren(...[
    figure(untrainedFilters, 'The first layer’s filters before the training; grey is zero.'),
    figure(filters, untrainedFilters ? 'The same after it.' : 'Some of the first layer’s filters; grey is zero.'),
  ].filter(Boolean));
}
