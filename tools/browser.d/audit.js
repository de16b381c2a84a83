// Rules of WCAG 2 that a program can check, in the manner of axe: names, labels, ids, contrast of texts.
(() => {
  const problems = [];
  const say = (what, element) => problems.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  const isVisible = element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const nameOf = element => element.getAttribute('aria-label') || element.labels?.[0]?.textContent.trim() || element.textContent.trim() || element.title;
  for (const element of document.querySelectorAll('button, a[href], input, select, [role=application], [role=img]')) {
    if (isVisible(element) && !nameOf(element)) say('no name', element);
  }
  // An empty alternative is right where a caption says what is seen.
  const hasCaption = image => image.hasAttribute('alt') && image.closest('figure')?.querySelector('figcaption');
  for (const image of document.querySelectorAll('img')) if (!image.alt && !hasCaption(image)) say('no alt', image);
  const ids = new Set();
  for (const element of document.querySelectorAll('[id]')) {
    if (ids.has(element.id)) say('an id twice', element);
    ids.add(element.id);
  }
  for (const element of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
    for (const id of `${element.getAttribute('aria-labelledby') ?? ''} ${element.getAttribute('aria-describedby') ?? ''}`.split(' ').filter(Boolean)) {
      if (!document.getElementById(id)) say('a label that is not there', element);
    }
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    if (!isVisible(heading)) continue;
    if (Number(heading.tagName[1]) > level + 1) say('a heading level left out', heading);
    level = Number(heading.tagName[1]);
  }
  // Colours by a canvas, which knows all of their forms.
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = colour => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((value, index) => value * top[3] + under[index] * (1 - top[3])).concat(1);
  const luminance = ([r, g, b]) => [r, g, b].map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const background = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(element.tagName) || !isVisible(element)) continue;
    const style = getComputedStyle(element);
    const under = background(element);
    const ink = over(rgba(element.closest('svg') ? style.fill : style.color), under);
    const [light, dark] = [luminance(ink), luminance(under)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    texts += 1;
    if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)}`, element);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) problems.push(`wider than the window: ${document.documentElement.scrollWidth} of ${innerWidth}`);
  return { problems: problems.slice(0, 20), texts };
})()
