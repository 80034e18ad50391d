// What is wrong with the page for those who cannot see it well, have no mouse, or are on a phone: a
// list of sentences. Only this looks at the page from within; the pages themselves have no script.

const wrong = [];
const all = (selector) => [...document.querySelectorAll(selector)];
const is_shown = (element) => element.checkVisibility({ visibilityProperty: true });
const tell = (element) => {
  const text = (element.innerText || element.value || element.name || '').trim().slice(0, 40);
  const place = element.closest('[id]');
  return `<${element.tagName.toLowerCase()}> “${text}”` + (place ? ` at #${place.id}` : '');
};

// What is folded is looked at unfolded.
const folded = all('details:not([open])');
for (const one of folded) one.open = true;

// A title, a language, one heading of the first rank, and none that skips a rank.
if (!document.title.trim()) wrong.push('no title');
if (!document.documentElement.lang) wrong.push('no language');
const headings = all('h1, h2, h3, h4').filter(is_shown);
const first = headings.filter((heading) => heading.tagName === 'H1');
if (first.length !== 1) wrong.push(`${first.length} first headings`);
headings.reduce((rank, heading) => {
  const own = Number(heading.tagName[1]);
  if (own > rank + 1) wrong.push(`${tell(heading)} skips a rank`);
  return own;
}, 0);
if (all('main').length !== 1) wrong.push('not one main part');
if (all('script, [onclick], [style]').length > 0) wrong.push('script, or a style of its own');

// Ids are unique, and whatever refers to one finds it.
const ids = all('[id]').map((element) => element.id);
for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) wrong.push(`two of #${id}`);
for (const attribute of ['for', 'aria-labelledby', 'aria-describedby', 'list']) {
  for (const element of all(`[${attribute}]`)) {
    for (const id of element.getAttribute(attribute).split(' ')) {
      if (!document.getElementById(id)) wrong.push(`${tell(element)}: no #${id} (${attribute})`);
    }
  }
}

// Every field has a label, and whatever can be pressed has a name.
for (const field of all('input:not([type=hidden]), select, textarea')) {
  const is_labelled = [...field.labels].some((label) => label.innerText.trim());
  if (!is_labelled && !field.getAttribute('aria-label')) wrong.push(`${tell(field)} has no label`);
}
for (const one of all('a, button, summary')) {
  const name = one.getAttribute('aria-label') || one.innerText;
  if (!name.trim() && is_shown(one)) wrong.push(`${tell(one)} has no name`);
}
for (const cell of all('thead th')) {
  if (!cell.textContent.trim()) wrong.push('a column without a heading');
}

// Nothing is wider than the page; a table scrolls in a frame of its own, which the keyboard reaches.
const width = document.documentElement.clientWidth;
const wide = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
if (wide > width) {
  const is_framed = (element) => element.closest('.scroll, pre') !== null;
  const culprits = all('body *').filter((element) =>
    is_shown(element) && !is_framed(element) && element.getBoundingClientRect().right > width + 1);
  wrong.push(`${wide} pixels wide, of ${width}: ${culprits.slice(0, 3).map(tell).join(', ')}`);
}
for (const frame of all('.scroll, pre')) {
  if (frame.scrollWidth > frame.clientWidth && frame.tabIndex < 0) {
    wrong.push(`${tell(frame)} scrolls, and the keyboard does not reach it`);
  }
}

// What is pressed is large enough for a finger, or at least for a mouse (WCAG 2.5.8).
for (const one of all('button, input:not([type=hidden]), select, summary, .button').filter(is_shown)) {
  const { width, height } = one.getBoundingClientRect();
  if (width < 24 || height < 24) wrong.push(`${tell(one)} is ${width} by ${height} pixels`);
}

// Text stands out from what is behind it (WCAG 1.4.3).
const parts = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { channels: [red, green, blue], alpha };
};
const light = (channels) => {
  const linear = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const { channels, alpha } = parts(getComputedStyle(one).backgroundColor);
    if (alpha === 1) return channels;
    if (alpha > 0) wrong.push(`${tell(one)}: a background that shines through is not measured`);
  }
  return [255, 255, 255];
};
const seen = new Set();
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !is_shown(element) || element.closest('.hidden')) continue;
  const [text, ground] = [parts(getComputedStyle(element).color).channels, behind(element)];
  const [less, more] = [light(text), light(ground)].sort((one, other) => one - other);
  const contrast = (more + 0.05) / (less + 0.05);
  const finding = `contrast ${contrast.toFixed(2)} of ${element.tagName}.${element.className}`;
  if (contrast < 4.5 && !seen.has(finding)) wrong.push(`${finding}: ${tell(element)}`);
  seen.add(finding);
}
if (seen.size === 0) wrong.push('no text was measured');

for (const one of folded) one.open = false;
return wrong;
