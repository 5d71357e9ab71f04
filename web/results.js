// The list of hits with what stands above it: count, chosen filters, order, export.

import { exportAddress, getText } from './api.js';
import { fill, h, marked, safeLink } from './dom.js';
import { articles, date, kindName, moment, number, period, reason, t } from './i18n.js';
import { FACETS, ORDERS, PAGE, address, askedSources, changed, choices, chosen, cleared, follow, go, isNarrowed, joined, order, usualOrder } from './state.js';

/** The last hit that the server lets page to. */
const LAST = 9_900;

/** Chips shown of a hit's sources and actors. */
const CHIPS = 6;

/** A link to a state. */
export function link(state, attributes, ...children) {
  return h('a', { href: address(state), onclick: follow(state), ...attributes }, ...children);
}

/** The list of hits of a search object. */
export function hits(state, answer) {
  const list = h('ol', { class: 'hits', start: (state.page - 1) * PAGE + 1 }, answer.hits.map((hit) => h('li', {}, hitCard(state, hit))));
  return [list, pages(state, answer.total)];
}

/** What opens a hit's article: other articles may have the same id. */
const idOf = (hit) => hit.qualified_id ?? hit.id;

/** One hit; also used for «more like this», without its snippet. */
export function hitCard(state, hit, { short = false } = {}) {
  const to = { ...state, view: 'article', id: idOf(hit) };
  const heading = h(short ? 'h3' : 'h2', {}, link(to, { class: 'hit-link', 'data-hit': '' }, h('bdi', {}, marked(hit.title, hit.title_highlights))));
  const kicker = h('p', { class: 'kicker' }, outlet(state, hit), ' · ', h('time', { datetime: hit.date ?? null }, moment(hit.date)));
  if (short) return h('article', { class: 'hit short' }, kicker, heading);
  const asked = askedSources(state);
  const proofs = hit.cited.filter((source) => asked.has(source.name) && source.evidence);
  return h(
    'article',
    { class: 'hit' },
    kicker,
    heading,
    snippet(hit, proofs),
    proofs.map((source) => proof(state, hit, source)),
    // An outlet that refers to its own words cites nobody.
    sources(state, hit.outlet, hit.cited.filter((source) => source.name !== hit.outlet && !proofs.includes(source))),
    actors(state, hit.actors),
    hit.url && safeLink(hit.url) && h('p', { class: 'printed note' }, safeLink(hit.url)),
  );
}

/** Where the words were found; left out when the evidence below says the same and no word is lit. */
function snippet(hit, proofs) {
  const { text, highlights } = hit.snippet;
  const said = (part) => proofs.some((source) => source.evidence.includes(part) || part.includes(source.evidence));
  if (text === '' || (highlights.length === 0 && proofs.length > 0 && said(text.replace(/^…\s*|\s*…$/gu, '').trim()))) return null;
  return h('p', { class: 'snippet' }, h('bdi', {}, marked(text, highlights)));
}

/** The clause that shows that an article cites a source which was asked for. */
function proof(state, hit, source) {
  return h(
    'figure',
    { class: 'proof' },
    h('blockquote', {}, link({ ...state, view: 'article', id: idOf(hit) }, { title: t('article.evidence.go') }, h('bdi', {}, source.evidence))),
    h('figcaption', {}, t('results.proof', { name: source.name }), source.via && source.via !== hit.outlet && ` ${t('results.via', { name: source.via })}`),
  );
}

function outlet(state, hit) {
  if (!hit.outlet) return h('span', {}, t('outlet.unknown'));
  return link(inSearch(chosen(state, 'outlet', hit.outlet, 'with')), { class: 'outlet' }, hit.outlet);
}

const inSearch = (state) => ({ ...state, view: 'search', id: null });

function sources(state, outlet, cited) {
  if (cited.length === 0) return null;
  const chip = (source) => {
    // That the outlet itself relays its source goes without saying.
    const via = source.via && source.via !== outlet && ` ${t('results.via', { name: source.via })}`;
    const kind = [kindName(source.kind), via].filter(Boolean).join(',');
    const label = kind ? `${source.name} (${kind})` : source.name;
    return h('li', {}, link(inSearch(chosen(state, 'cited', source.name, 'with')), { class: `chip kind-${source.kind}`, title: label }, source.name, via && h('span', { class: 'via' }, via)));
  };
  return h('div', { class: 'line' }, h('span', { class: 'line-name' }, t('results.cites')), h('ul', { class: 'chips' }, cited.slice(0, CHIPS).map(chip)));
}

function actors(state, names) {
  if (names.length === 0) return null;
  const all = names.slice(0, CHIPS).map((name) => h('li', {}, link(inSearch(chosen(state, 'actor', name, 'with')), {}, name)));
  return h('div', { class: 'line quiet-line' }, h('span', { class: 'line-name' }, t('results.actors')), h('ul', { class: 'commas' }, all));
}

function pages(state, total) {
  const last = Math.max(1, Math.ceil(Math.min(total, LAST) / PAGE));
  if (last === 1) return null;
  const step = (to, key) => (to < 1 || to > last ? h('span', { class: 'off' }, t(key)) : link({ ...state, page: to }, { rel: to > state.page ? 'next' : 'prev' }, t(key)));
  return h(
    'nav',
    { class: 'pages', 'aria-label': t('page.nav') },
    step(state.page - 1, 'page.previous'),
    h('span', {}, t('page', { n: state.page, of: number(last) })),
    step(state.page + 1, 'page.next'),
  );
}

/** The line above the hits. */
export function summary(state, total, announce) {
  const orders = ORDERS.filter((value) => value !== 'relevance' || state.q.trim() !== '' || order(state) === 'relevance');
  const choose = (value) => go(changed(state, { sort: value === usualOrder(state) ? '' : value }));
  const sort = h('select', { onchange: (event) => choose(event.target.value) }, orders.map((value) => h('option', { value }, t(`sort.${value}`))));
  sort.value = order(state);
  return h(
    'div',
    { class: 'summary' },
    h('p', { class: 'count' }, t('count.found', { articles: articles(total) })),
    h('div', { class: 'tools' }, h('label', {}, `${t('sort')} `, sort), exports(state), total > 0 && referenceButton(t('reference.copy.all'), () => getText(exportAddress(state, 'references', { limit: MOST_REFERENCES })), announce), copyButton(announce)),
  );
}

/** What an export is saved as. */
const FILES = { xlsx: 'svodka.xlsx', 'csv_excel': 'svodka-excel.csv', csv: 'svodka.csv', jsonl: 'svodka.jsonl', references: 'svodka.txt' };

/** References that are copied at once; the saved file has them all. */
const MOST_REFERENCES = 1_000;

function exports(state) {
  const format = ([name, file]) => [h('a', { href: exportAddress(state, name), download: file, class: 'tool' }, t(`export.${name}`)), ' '];
  return h('span', { class: 'exports', role: 'group', 'aria-label': t('export') }, h('span', { 'aria-hidden': 'true' }, `${t('export')}: `), Object.entries(FILES).map(format));
}

/** A button that copies the address. */
export function copyButton(announce) {
  return copier({ id: 'copy', words: t('copy'), done: t('copy.done'), hand: t('copy.hand') }, () => location.href, announce);
}

/** A button that copies references. */
export function referenceButton(words, read, announce) {
  return copier({ id: 'copy-reference', words, done: t('reference.done'), hand: t('reference.hand') }, read, announce);
}

/** A button that copies what `read` gives; without permission it shows it to copy by hand. */
function copier({ id, words, done, hand }, read, announce) {
  const button = h('button', { type: 'button', class: 'tool', id }, words);
  const say = (said) => {
    button.textContent = said;
    announce(said);
    setTimeout(() => { button.textContent = words; }, 2000);
  };
  button.addEventListener('click', async () => {
    const value = await Promise.resolve(read()).catch(() => null);
    if (value === null) return say(t('error.title'));
    try {
      await navigator.clipboard.writeText(value);
      say(done);
    } catch {
      const field = h('textarea', { class: 'by-hand', readonly: true, rows: Math.min(6, value.trim().split('\n').length), value, 'aria-label': hand });
      button.replaceWith(field);
      field.select();
    }
  });
  return button;
}

/** What the archive holds, for a visitor who has asked nothing yet. */
export function intro(state, stats, sources) {
  const names = sources.map((source) => link(chosen(state, 'think_tank', source.value, 'with'), {}, source.value));
  // The comma stays with its name at the end of a line.
  const listed = names.flatMap((name, at) => [h('span', { class: 'listed' }, name, at + 1 < names.length ? ',' : '.'), ' ']);
  return h(
    'div',
    { class: 'intro' },
    h('p', {}, t('intro', { articles: articles(stats.articles), outlets: t('count.outlets', { n: stats.values.outlet ?? 0 }), from: date(stats.first_date?.slice(0, 7)), to: date(stats.last_date?.slice(0, 7)) })),
    names.length > 0 && h('p', { class: 'intro-sources' }, `${t('intro.sources')} `, listed),
  );
}

/** The chosen filters, each with a way to remove it. */
export function pills(state) {
  const pill = (name, to) => h('li', {}, link(to, { class: 'pill', 'aria-label': t('filter.remove', { name }) }, name, h('span', { 'aria-hidden': 'true' }, '\u00a0×')));
  const of = ([facet, value, list]) => pill(list === 'with' ? `${t(`facet.${facet}`)}: ${value}` : t('facet.without', { name: value }), chosen(state, facet, value, null));
  const chosenNow = choices(state);
  const isJoined = ([facet, , list], [nextFacet, , nextList] = []) => list === 'with' && nextList === 'with' && facet === nextFacet;
  const all = chosenNow.flatMap((one, at) => [of(one), isJoined(one, chosenNow[at + 1]) && joint(state, one[0])]).filter(Boolean);
  if (state.from || state.to) {
    all.push(pill(period(state.from, state.to), changed(state, { from: '', to: '' })));
  }
  if (all.length === 0) return null;
  all.push(h('li', {}, link(cleared(state), { class: 'clear' }, t('filters.clear'))));
  return h('ul', { class: 'pills', 'aria-label': t('filters.active') }, all);
}

/** Between two chosen values of a facet: whether one is enough or both must be there; a click changes it. */
function joint(state, facet) {
  const isAll = state.all.includes(facet);
  const join = isAll ? 'all' : 'any';
  return h('li', {}, h('button', { type: 'button', class: 'joint', 'data-joint': join, 'aria-label': t(`pill.${join}.label`, { name: t(`facet.${facet}`) }), title: t(`pill.${join}.label`, { name: t(`facet.${facet}`) }), onclick: () => go(joined(state, facet, !isAll)) }, t(`pill.${join}`)));
}

/** What the words may have meant. */
export function maybe(state, suggestions) {
  if (suggestions.length === 0) return null;
  const offer = (words) => [link(changed(state, { q: words }), {}, words), ' '];
  return h('p', { class: 'maybe' }, `${t('error.maybe')} `, suggestions.map(offer));
}

/** What is shown when nothing matches. */
export function empty(state, suggestions = []) {
  const filtered = isNarrowed(state);
  const several = /\s/.test(state.q.trim()) && !state.any;
  return h(
    'section',
    { class: 'notice' },
    h('h2', {}, t('empty.title')),
    maybe(state, suggestions),
    h('p', {}, t(filtered ? 'empty.filters' : 'empty.words')),
    several && h('p', {}, link(changed(state, { any: true }), { class: 'primary' }, t('empty.any'))),
    filtered && h('p', {}, link(cleared(state), {}, t('filters.clear'))),
  );
}

/** What is shown when the server gives no answer. */
export function failure(state, problem, again) {
  const body = problem.body ?? {};
  const kind = String(body.type ?? '').split(':').pop();
  const known = { offline: 'error.offline', busy: 'error.busy', 'not-found': 'error.found', 'ambiguous-id': 'error.shared' }[kind];
  const title = { 'bad-query': 'error.query', 'unknown-value': 'error.name' }[kind] ?? 'error.title';
  const detail = known ? t(known) : reason(body.detail ?? String(problem));
  return h(
    'section',
    { class: 'notice', role: 'alert' },
    h('h2', {}, t(title)),
    kind === 'bad-query' && where(state.q, body.columns),
    h('p', {}, detail),
    nearest(state, body),
    kind === 'ambiguous-id' && namesakes(state, body.suggestions ?? []),
    h('p', {}, h('button', { type: 'button', class: 'primary', onclick: again }, t('error.again'))),
  );
}

function where(query, columns) {
  if (!columns) return null;
  const [start, end] = columns;
  return h('p', { class: 'wrong' }, marked(query, [[start, Math.max(end, start + 1)]]));
}

function nearest(state, { parameter, suggestions = [] }) {
  if (suggestions.length === 0 || !FACETS.includes(parameter)) return null;
  const without = { ...state, with: { ...state.with, [parameter]: [] } };
  const offer = (name) => [link(chosen(without, parameter, name, 'with'), {}, name), ' '];
  return h('p', {}, `${t('error.maybe')} `, suggestions.map(offer));
}

/** The articles that share an id, each by the name that opens it. */
function namesakes(state, names) {
  return h('ul', { class: 'namesakes' }, names.map((id) => h('li', {}, link({ ...state, id }, {}, h('bdi', {}, id)))));
}

/** Grey lines in the place of hits that are on their way. */
export function skeleton(root) {
  fill(root, h('div', { class: 'skeleton', 'aria-hidden': 'true' }, Array.from({ length: 5 }, () => h('div', {}, h('i', {}), h('i', {}), h('i', {})))));
}
