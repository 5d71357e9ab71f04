// Making elements. Everything that comes from articles goes through `text`: it becomes text, never markup.

/** Characters that turn the direction of text: what an article could disguise itself with. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text as it may be shown: turning characters stand as visible replacement characters, one for one. */
export function text(value) {
  return String(value ?? '').replace(TURNING, '\ufffd');
}

/** An element with attributes, listeners (`onclick`…) and children (nodes, strings, or nothing). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  assign(element, attributes);
  append(element, children);
  return element;
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  assign(element, attributes);
  append(element, children);
  return element;
}

function assign(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.setAttribute('class', value);
    else if (name === 'checked' || name === 'value') element[name] = value;
    else element.setAttribute(name, value === true ? '' : text(value));
  }
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : text(child));
  }
}

/** Replaces the children of an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** The element with this id. */
export const by = (id) => document.getElementById(id);

/** Nodes of `value` with the stretches of `highlights` ([start, end] in characters) marked. */
export function marked(value, highlights = []) {
  const characters = Array.from(value);
  const nodes = [];
  let at = 0;
  for (const [start, end] of highlights) {
    if (start < at || end <= start) continue;
    if (start > at) nodes.push(text(characters.slice(at, start).join('')));
    nodes.push(h('mark', {}, characters.slice(start, end).join('')));
    at = end;
  }
  nodes.push(text(characters.slice(at).join('')));
  return nodes;
}

/** Calls `run` once calls have stopped coming for `wait` milliseconds. */
export function debounced(run, wait) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
}

/** An address that may be followed: only the web's own schemes. */
export function safeLink(address) {
  try {
    const url = new URL(address);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
