// Elements from data. Text only ever becomes a text node: nothing from a model, a column or a
// message can be markup here.

const SVG = 'http://www.w3.org/2000/svg';
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** h('p', {class: 'note', onclick: f}, 'text', element, [more]) */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Without characters that hide, reorder or end a line; long ones with their middle left out. */
export function visible(text, limit = 120) {
  const clean = String(text ?? '').replace(CONTROLS, '\ufffd');
  const letters = clean.length > 4 * limit ? clean.slice(0, limit) + clean.slice(-limit) : clean;
  const points = [...letters];
  if (points.length <= limit) return letters;
  const half = Math.floor((limit - 1) / 2);
  return points.slice(0, half).join('') + '…' + points.slice(-half).join('');
}

/** A sentence that came from data: cut at its end where it is long. */
export function sentence(text, limit = 300) {
  const shown = visible(text, 2000);
  return shown.length <= limit ? shown : shown.slice(0, shown.lastIndexOf(' ', limit) + 1) + '…';
}

/** A name that came from data: isolated from the text around it, shortened, whole on hover. */
export function name(text, limit = 48) {
  const shown = visible(text, limit);
  const whole = visible(text, 300);
  return h('bdi', { class: 'name', title: shown === whole ? null : whole }, shown);
}

/** Replaces what an element holds, keeping the focus on the element with the same data-key. */
export function refill(element, ...children) {
  const active = document.activeElement;
  const key = active && element.contains(active) ? active.dataset.key : null;
  element.replaceChildren(
    ...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false),
  );
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** Tells screen readers without moving anything. */
export function announce(text) {
  document.getElementById('announce').textContent = text;
}

/** Hands the viewer a file. */
export function download(filename, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = h('a', { href: url, download: filename.replace(/[^\w.-]+/g, '_').slice(0, 100) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
