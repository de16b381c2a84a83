// What was trained, and how the features were judged.

function showFacts() {
  const names = [...new Set(page.runs.flatMap(run => run.facts.map(fact => fact[0])))];
  const several = page.runs.length > 1;
  const body = names.map(name => row(
    [name, ...page.runs.map(run => run.facts.find(fact => fact[0] === name)?.[1] ?? '–')], { label: true }));
  find('facts').replaceChildren(
    ...(several ? [make('thead', {}, row(['', ...page.runs.map(run => run.name)], { head: true }))] : []),
    make('tbody', {}, body));
  const warnings = page.runs.flatMap(run => run.warnings.map(line => several ? `${run.name}: ${line}` : line));
  find('warnings').replaceChildren(...warnings.map(line => make('li', {}, line)));
  find('warnings').hidden = warnings.length === 0;
}

function percentage(score) {
  return { number: [fixed(score.value), make('span', { class: 'interval' }, `[${fixed(score.low)}, ${fixed(score.high)}]`)] };
}

function showResults() {
  const columns = page.runs.find(run => run.rows.length > 0)?.columns ?? [];
  // Runs that were judged by the same measure.
  const judged = page.runs.filter(run => run.rows.length > 0 && run.columns.join() === columns.join());
  const isLabelled = page.runs.some(run => run.perClass.length > 0);
  for (const element of document.querySelectorAll('[data-needs=rows]')) element.hidden = judged.length === 0;
  for (const element of document.querySelectorAll('[data-needs=labels]')) element.hidden = !isLabelled;
  if (judged.length === 0) return;
  const several = page.runs.length > 1;
  const verdicts = judged.filter(run => run.verdict).map(run => several ? `${run.name}, ${run.verdict}` : run.verdict);
  find('judging').replaceChildren(...verdicts.map(line => make('p', { class: 'verdict' }, line)),
    ...(state.run.judging.length ? state.run : judged[0]).judging.map(line => make('p', {}, line)));
  const head = [...(several ? ['Run'] : []), 'Features', { number: 'D' }, ...columns.map(title => ({ number: title }))];
  const rows = judged.flatMap(run => {
    const best = columns.map((_, k) => Math.max(...run.rows.map(one => one.scores[k].value)));
    return run.rows.map(one => {
      const cells = [...(several ? [run.name] : []), one.features, { number: String(one.dimension) }, ...one.scores.map(percentage)];
      const line = row(cells, { label: true });
      one.scores.forEach((score, k) => {
        if (score.value === best[k]) line.cells[line.cells.length - one.scores.length + k].style.fontWeight = '700';
      });
      return line;
    });
  });
  find('results').replaceChildren(make('thead', {}, row(head, { head: true })), make('tbody', {}, rows));
}

function measure(value) {
  const bar = make('span', { class: 'measure' }, fixed(value));
  bar.style.setProperty('--share', String(Math.max(0, Math.min(1, value / 100))));
  return { number: bar };
}

function showClasses() {
  const { perClass, sights } = state.run;
  const sorted = [...perClass].sort((a, b) => a.accuracies.at(-1) - b.accuracies.at(-1));
  find('classes').replaceChildren(
    make('thead', {}, row(['Class', { number: 'Queries' }, ...sights.map(one => ({ number: sightName(one) }))], { head: true })),
    make('tbody', {}, sorted.map(one => row([one.name, { number: String(one.queries) }, ...one.accuracies.map(measure)], { label: true }))));
}

function showConfusion() {
  const names = gallery().classes;
  const { confusion } = sight();
  const totals = new Map();
  for (const [truth, , count] of confusion) totals.set(truth, (totals.get(truth) ?? 0) + count);
  const used = [...new Set(confusion.flatMap(([truth, guess]) => [truth, guess]))].sort((a, b) => a - b);
  const wrong = confusion.filter(([truth, guess]) => truth !== guess).sort((a, b) => b[2] - a[2]);
  if (used.length > 24) {
    const rows = wrong.slice(0, 24).map(([truth, guess, count]) => row(
      [names[truth], names[guess], { number: String(count) }, { number: fixed(100 * count / totals.get(truth)) }], { label: true }));
    find('confusion').replaceChildren(make('table', {},
      make('thead', {}, row(['Class', 'Taken for', { number: 'Pictures' }, { number: '% of the class' }], { head: true })), make('tbody', {}, rows)));
    return;
  }
  const counts = new Map(confusion.map(([truth, guess, count]) => [`${truth} ${guess}`, count]));
  const head = make('tr', {}, make('th', { scope: 'col' }, 'is \\ taken for'),
    used.map(guess => make('th', { scope: 'col' }, make('span', {}, names[guess]))));
  const rows = used.filter(truth => totals.has(truth)).map(truth => make('tr', {}, make('th', { scope: 'row' }, names[truth]),
    used.map(guess => {
      const count = counts.get(`${truth} ${guess}`) ?? 0;
      const share = count / totals.get(truth);
      const kind = truth === guess ? 'right' : null;
      const cell = make('td', { class: kind, title: `${names[truth]} taken for ${names[guess]}: ${fixed(100 * share)} %` }, count ? String(count) : '');
      cell.style.setProperty('--share', share.toFixed(3));
      return cell;
    })));
  find('confusion').replaceChildren(make('table', { class: 'confusion' }, make('thead', {}, head), make('tbody', {}, rows)));
}
