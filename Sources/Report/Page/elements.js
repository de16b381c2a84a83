// Elements, made of text and attributes alone: nothing on this page is ever parsed as HTML.

const find = id => document.getElementById(id);

// make('button', { class: 'thumb', onclick: … }, 'text', element)
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child != null));
  return element;
}

// A table row; numbers stand at the right.
function row(cells, { head = false, label = false } = {}) {
  return make('tr', {}, cells.map((cell, index) => {
    const isLabel = label && index === 0;
    const isNumber = cell?.number !== undefined;
    const content = isNumber ? cell.number : cell;
    return make(head || isLabel ? 'th' : 'td',
      { scope: head ? 'col' : isLabel ? 'row' : null, class: isNumber ? 'number' : null }, content);
  }));
}

const fixed = (value, places = 1) => Number.isFinite(value) ? value.toFixed(places).replace('-', '−') : '–';
const counted = (count, thing) => `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;

// A group of radio buttons in a fieldset.
function choices(fieldset, name, options, chosen, choose) {
  for (const label of fieldset.querySelectorAll('label')) label.remove();
  options.forEach((text, index) => {
    const input = make('input', { type: 'radio', name, value: index, onchange: () => choose(index) });
    input.checked = index === chosen;
    fieldset.append(make('label', {}, input, make('span', {}, text)));
  });
}

// Some of many elements, and a button for the next ones.
function portion(container, items, element, each = 60) {
  container.replaceChildren();
  let shown = 0;
  const more = make('button', { type: 'button', class: 'more', onclick: () => next() });
  const next = () => {
    const first = shown;
    const some = items.slice(shown, shown + each).map(element);
    container.append(...some);
    shown += some.length;
    more.textContent = `Show ${Math.min(each, items.length - shown)} more of ${items.length}`;
    if (shown < items.length) container.after(more); else more.remove();
    if (first > 0) (some[0].querySelector('button') ?? some[0]).focus();
  };
  if (container.nextSibling?.classList?.contains('more')) container.nextSibling.remove();
  next();
}
