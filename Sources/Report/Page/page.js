// The page as a whole: what is shown when the run or the features are switched.

function showSight() {
  for (const element of document.querySelectorAll('.sight-name')) element.textContent = sightName(sight()).toLowerCase();
  if (state.run.rows.length > 0) {
    showConfusion();
    showMistakes();
  }
  showPairs();
  movePoints();
  find('status').textContent = `The map shows ${sightName(sight())}.`;
}

function showRun() {
  const { count, total, roots } = gallery();
  const root = roots.join(' and ');
  state.sight = Math.min(state.sight, state.run.sights.length - 1);
  Object.assign(state, { selected: -1, listed: new Set(), onlyClass: -1 });
  choices(find('sights'), 'sight', state.run.sights.map(sightName), state.sight, index => {
    state.sight = index;
    showSight();
  });
  find('map-note').textContent = count < total
    ? `${counted(count, 'picture')} of ${total.toLocaleString('en')} in ${root}: a random sample, always the same. The judgement above is that of all.`
    : `All ${counted(count, 'picture')} of ${root}.`;
  clearList();
  showLegend();
  if (state.run.rows.length > 0) showClasses();
  showResults();
  showClusters();
  showInside();
  showNeighbours(-1);
  movePoints(true);
  showSight();
}

selectionListeners.push((index, scrolls) => {
  showNeighbours(index);
  find('status').textContent = `${gallery().names[index]} ${className(index)}`;
  redraw();
  if (scrolls) find('neighbours').scrollIntoView({ block: 'nearest' });
});

choices(find('projections'), 'projection', ['t-SNE', 'PCA'], state.projection, index => {
  state.projection = index;
  movePoints();
});
if (page.runs.length > 1) {
  find('run-choice').hidden = false;
  find('run-select').append(...page.runs.map((run, index) => make('option', { value: index }, run.name)));
  find('run-select').addEventListener('change', event => {
    state.run = page.runs[Number(event.currentTarget.value)];
    showRun();
  });
}
if (!document.querySelector('#training .chart')) {
  find('training').hidden = true;
  document.querySelector('nav [href="#training"]').hidden = true;
}
showFacts();
showRun();
document.documentElement.dataset.ready = 'true';
