// The facets beside the hits: several values of each can be chosen or shut out; each list can be searched inside.

import { get, selection } from './api.js';
import { debounced, fill, h } from './dom.js';
import { kindName, number, t } from './i18n.js';
import { FACETS, chosen, go, joined } from './state.js';

/** Values shown at first, and after «more». */
export const FEW = 7;
const MANY = 60;
/** Values shown at most: what the server gives at once. */
const MOST = 1000;

/** What the visitor typed or opened in each facet; it outlives a new answer. */
const kept = Object.fromEntries(FACETS.map((facet) => [facet, { prefix: '', size: FEW, kind: '' }]));

/** The kinds by which the values of a facet can be told apart. */
const KINDS = { actor: ['person', 'organization', 'place'] };

/** The facets of an answer. */
export function facets(state, counted) {
  return FACETS.map((facet) => section(state, facet, counted[facet] ?? []));
}

function section(state, facet, values) {
  const name = t(`facet.${facet}`);
  const list = h('ul', { class: 'values', id: `values-${facet}` });
  const own = kept[facet];
  const more = h('button', { type: 'button', class: 'quiet more', 'aria-controls': list.id });
  const less = h('button', { type: 'button', class: 'quiet more', 'aria-controls': list.id }, t('facet.less'));
  const isOpen = () => own.size > FEW;
  const inside = h('input', { type: 'search', class: 'inside', value: own.prefix, 'aria-label': t('facet.inside', { name }), placeholder: t('facet.inside.short'), maxlength: 100 });

  const draw = (shown, areMore) => {
    const top = Math.max(1, ...shown.map((value) => value.count));
    fill(list, withChosen(state, facet, shown, own.prefix || own.kind).map((value) => row(state, facet, value, top)));
    countMissing(state, facet, list);
    if (list.children.length === 0) fill(list, h('li', { class: 'none' }, t('facet.none')));
    inside.hidden = !own.prefix && !isOpen() && !own.kind && values.length < FEW;
    more.hidden = !areMore;
    more.textContent = t('facet.more');
    less.hidden = !isOpen();
  };
  const load = async () => {
    if (!own.prefix && !isOpen() && !own.kind) return draw(values.slice(0, FEW), values.length > FEW);
    const size = own.prefix ? Math.max(own.size, MANY) : own.size;
    const search = selection(state, { facet_size: Math.min(MOST, size + 1), ...(own.prefix && { prefix: own.prefix }), ...(own.kind && { kind: own.kind }) });
    const asked = { ...own };
    const answer = await get(`facets/${facet}`, search).catch(() => null);
    const isLate = asked.prefix !== own.prefix || asked.size !== own.size || asked.kind !== own.kind;
    if (answer && list.isConnected && !isLate) draw(answer[facet].slice(0, size), answer[facet].length > size);
  };
  const kinds = KINDS[facet] && kindChoice(facet, own, load);
  more.addEventListener('click', () => { own.size = Math.min(MOST, isOpen() ? own.size * 4 : MANY); load(); });
  less.addEventListener('click', () => { own.size = FEW; load(); more.focus(); });
  const typed = debounced(load, 150);
  inside.addEventListener('input', () => { own.prefix = inside.value.trim(); typed(); });
  draw(values.slice(0, FEW), values.length > FEW);
  if (own.prefix || isOpen() || own.kind) queueMicrotask(load);
  return h('section', { class: 'facet', 'data-facet': facet }, h('h2', { id: `facet-${facet}` }, name), joinChoice(state, facet), kinds, inside, list, more, less);
}

/** Buttons that say whether one of several chosen values is enough, or all must be there. */
function joinChoice(state, facet) {
  const all = state.all.includes(facet);
  if (state.with[facet].length < 2 && !all) return null;
  const button = (value, join) => h('button', { type: 'button', 'aria-pressed': String(all === value), 'data-join': join, onclick: () => join !== (all ? 'all' : 'any') && go(joined(state, facet, value)) }, t(`facet.join.${join}`));
  return h('div', { class: 'kind-choice', role: 'group', 'aria-label': t('facet.join', { name: t(`facet.${facet}`) }) }, button(false, 'any'), button(true, 'all'));
}

/** Buttons that show only the values of one kind. */
function kindChoice(facet, own, load) {
  const buttons = ['', ...KINDS[facet]].map((kind) => {
    const button = h('button', { type: 'button', 'aria-pressed': String(own.kind === kind), 'data-kind': kind || 'all' }, t(`facet.kind.${kind || 'all'}`));
    button.addEventListener('click', () => {
      own.kind = kind;
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      load();
    });
    return button;
  });
  return h('div', { class: 'kind-choice', role: 'group', 'aria-label': t('facet.kinds', { name: t(`facet.${facet}`) }) }, buttons);
}

/** The values with those the visitor chose in front, even if an answer does not count them. */
function withChosen(state, facet, values, isPart) {
  if (isPart) return values;
  const chosenNames = [...state.with[facet], ...state.without[facet]];
  const missing = chosenNames.filter((name) => !values.some((value) => value.value === name));
  const first = values.filter((value) => chosenNames.includes(value.value));
  const rest = values.filter((value) => !chosenNames.includes(value.value));
  return [...missing.map((value) => ({ value, count: null })), ...first, ...rest];
}

/** Asks for the counts of chosen values that are not among the most frequent ones. */
function countMissing(state, facet, list) {
  for (const item of list.querySelectorAll('li[data-uncounted]')) {
    const name = item.dataset.value;
    get(`facets/${facet}`, selection(state, { prefix: name, facet_size: 20 }))
      .then((answer) => { item.querySelector('.number').textContent = number(answer[facet].find((value) => value.value === name)?.count ?? 0); })
      .catch(() => {});
  }
}

function row(state, facet, { value, kind, count }, top) {
  const isChosen = state.with[facet].includes(value);
  const isOut = state.without[facet].includes(value);
  const box = h('input', { type: 'checkbox', checked: isChosen, onchange: () => pick(state, facet, value, isChosen ? null : 'with', 'input') });
  const share = h('meter', { class: 'share', min: 0, max: top, value: count ?? 0, 'aria-hidden': 'true' });
  const label = h(
    'label',
    { title: [value, kindName(kind)].filter(Boolean).join(' — ') },
    box,
    h('span', { class: 'name' }, h('bdi', {}, value), isOut && h('span', { class: 'visually-hidden' }, ` (${t('facet.excluded')})`)),
    h('span', { class: 'number' }, count === null ? '' : number(count)),
  );
  const out = h('button', { type: 'button', class: 'out', 'aria-pressed': String(isOut), 'aria-label': t('facet.exclude', { name: value }), title: t('facet.exclude', { name: value }), onclick: () => pick(state, facet, value, isOut ? null : 'without', 'button') }, '−');
  return h('li', { class: [isChosen && 'chosen', isOut && 'excluded'].filter(Boolean).join(' '), 'data-value': value, 'data-uncounted': count === null }, label, out, share);
}

/** Chooses a value; the focus stays on its control when the list is drawn anew. */
function pick(state, facet, value, list, control) {
  refocus = { facet, value, control };
  go(chosen(state, facet, value, list));
}

let refocus = null;

/** Puts the focus back on the control that was used last, once it is drawn anew. */
export function restoreFocus() {
  if (!refocus) return;
  const { facet, value, control } = refocus;
  refocus = null;
  const rows = document.querySelectorAll(`[data-facet="${facet}"] li[data-value]`);
  [...rows].find((item) => item.dataset.value === value)?.querySelector(control)?.focus();
}
