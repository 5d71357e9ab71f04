// The search box: what is typed, ways to complete it, and a help on the query language.

import { get } from './api.js';
import { by, debounced, fill, h } from './dom.js';
import { HELP, kindName, number, t } from './i18n.js';
import { changed, chosen, go, parse } from './state.js';

const FACET_OF = { actor: 'actor', outlet: 'outlet', think_tank: 'think_tank', cited: 'cited' };

let options = [];
let active = -1;
let asked = null;

/** Makes the box work; `announce` tells a screen reader how many suggestions there are. */
export function setUp(announce) {
  const input = by('q');
  const form = by('search');
  const ask = debounced(() => suggest(input, announce), 120);
  input.addEventListener('input', ask);
  input.addEventListener('keydown', (event) => onKey(event, input));
  input.addEventListener('blur', () => setTimeout(close, 150));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    close();
    submit(input.value);
  });
  by('help-button').addEventListener('click', () => toggleHelp());
}

function submit(words) {
  const state = parse();
  const view = state.view === 'citations' ? 'citations' : 'search';
  go(changed(state, { view, id: null, q: words.trim() }));
}

/** Opens or closes the help. */
export function toggleHelp(open = by('help').hidden) {
  by('help').hidden = !open;
  by('help-button').setAttribute('aria-expanded', String(open));
}

/** Writes the help in the language of the interface. */
export function drawHelp() {
  const example = ([query, meaning]) => h('div', {}, h('dt', {}, h('button', { type: 'button', onclick: () => { by('q').value = query; toggleHelp(false); submit(query); } }, h('code', {}, query))), h('dd', {}, meaning));
  const examples = HELP[document.documentElement.lang] ?? HELP.ru;
  fill(by('help'), h('dl', {}, examples.map(example)), h('p', {}, t('keys')));
}

/** The word or words at the caret that a completion would replace. */
function fragment(input) {
  const before = input.value.slice(0, input.selectionStart ?? input.value.length);
  const start = before.search(/[^\s()«»"„“:]+$/u);
  return start < 0 ? null : { start, end: before.length, text: before.slice(start).replace(/^-/, '') };
}

async function suggest(input, announce) {
  asked?.abort();
  asked = new AbortController();
  const word = fragment(input);
  const whole = input.value.trim();
  if (!word || word.text.length < 2 || document.activeElement !== input) return close();
  try {
    const of = (q, limit) => get('suggest', new URLSearchParams({ q, limit }), asked.signal);
    // A name has several words: what stands in the box as a whole may be the beginning of one.
    const answers = await Promise.all([of(word.text, 4), whole !== word.text ? of(whole, 3) : null]);
    const names = (answers[1]?.suggestions ?? []).filter((one) => one.type !== 'word').map((one) => ({ ...one, whole: true }));
    show([...names, ...answers[0].suggestions.filter((one) => !names.some((name) => name.type === one.type && name.value === one.value))], input, word, announce);
  } catch {
    close();
  }
}

function show(suggestions, input, word, announce) {
  if (document.activeElement !== input) return;
  const groups = new Map();
  for (const one of suggestions) groups.set(one.type, [...(groups.get(one.type) ?? []), one]);
  options = [];
  active = -1;
  const option = (one) => {
    const id = `option-${options.length}`;
    const note = one.type === 'word' ? '' : [one.alias, kindName(one.kind)].filter(Boolean).join(', ');
    const element = h('div', { role: 'option', id, 'aria-selected': 'false', onpointerdown: (event) => { event.preventDefault(); take(one, input, word); } }, h('bdi', { class: 'option-name' }, one.value), note && h('span', { class: 'note' }, note), h('span', { class: 'number' }, number(one.count)));
    options.push({ element, run: () => take(one, input, word) });
    return element;
  };
  const group = ([type, members]) => h('div', { role: 'group', 'aria-labelledby': `group-${type}` }, h('div', { class: 'group-name', id: `group-${type}` }, t(`facet.${type}`)), members.map(option));
  fill(by('suggestions'), [...groups].map(group));
  const open = options.length > 0;
  by('suggestions').hidden = !open;
  input.setAttribute('aria-expanded', String(open));
  input.removeAttribute('aria-activedescendant');
  if (open) announce(t('search.hints', { n: options.length }));
}

/** Takes a suggestion: a word is completed in place, a name becomes a filter. */
function take(one, input, word) {
  close();
  if (one.type === 'word') {
    const from = word.start + (input.value[word.start] === '-' ? 1 : 0);
    input.setRangeText(one.value, from, word.end, 'end');
    submit(input.value);
    return;
  }
  const rest = one.whole ? '' : input.value.slice(0, word.start) + input.value.slice(word.end);
  input.value = rest.trim();
  const state = parse();
  const view = state.view === 'citations' ? 'citations' : 'search';
  go(chosen({ ...state, view, id: null, q: rest.trim() }, FACET_OF[one.type], one.value, 'with'));
}

/** Closes the suggestions; says whether they were open. */
export function close() {
  const list = by('suggestions');
  const open = !list.hidden;
  list.hidden = true;
  options = [];
  active = -1;
  by('q').setAttribute('aria-expanded', 'false');
  by('q').removeAttribute('aria-activedescendant');
  return open;
}

function onKey(event, input) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length > 0) {
    event.preventDefault();
    event.stopPropagation();
    move((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length, input);
  } else if (event.key === 'Enter' && active >= 0) {
    event.preventDefault();
    options[active].run();
  } else if (event.key === 'Escape' && close()) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function move(to, input) {
  options[active]?.element.setAttribute('aria-selected', 'false');
  active = to;
  const { element } = options[active];
  element.setAttribute('aria-selected', 'true');
  element.scrollIntoView({ block: 'nearest' });
  input.setAttribute('aria-activedescendant', element.id);
}
