// Who cites whom: a matrix of the most frequent outlets and sources, and a table of all pairs.

import { fill, h } from './dom.js';
import { articles, kindName, number, t } from './i18n.js';
import { link } from './results.js';
import { changed, chosen } from './state.js';

const KINDS = ['think_tank', 'pollster', 'agency', 'media', 'telegram', 'research', 'analytics', 'ngo'];
const OUTLETS = 14;
const SOURCES = 16;
const ROWS = 40;

/** What stands above the graph. */
export const head = () => h('header', { class: 'view-head' }, h('h1', { tabindex: -1 }, t('citations.title')), h('p', { class: 'lead' }, t('citations.lead')));

/** The view of a citation graph. */
export function citations(state, graph) {
  if (graph.edges.length === 0) return [kinds(state), h('p', { class: 'notice' }, t('citations.none'))];
  return [kinds(state), matrix(state, graph.edges), table(state, graph)];
}

function kinds(state) {
  const toggle = (kind) => {
    const isOn = state.kind.includes(kind);
    const to = changed(state, { kind: isOn ? state.kind.filter((other) => other !== kind) : [...state.kind, kind] });
    return h('li', {}, link(to, { class: `chip kind-${kind}`, 'aria-current': isOn ? 'true' : null }, kindName(kind)));
  };
  const all = h('li', {}, link(changed(state, { kind: [] }), { class: 'chip', 'aria-current': state.kind.length === 0 ? 'true' : null }, t('citations.all')));
  return h('ul', { class: 'chips kinds', 'aria-label': t('citations.kind') }, all, KINDS.map(toggle));
}

/** The articles of an outlet that cite a source. */
const pair = (state, outlet, source) => chosen(chosen({ ...state, view: 'search', kind: [] }, 'outlet', outlet, 'with'), 'cited', source, 'with');

/** The names with most articles, by a key of the edges. */
function heaviest(edges, key, count) {
  const sums = new Map();
  for (const edge of edges) sums.set(edge[key], (sums.get(edge[key]) ?? 0) + edge.count);
  return [...sums].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, count).map(([name]) => name);
}

function matrix(state, edges) {
  const outlets = heaviest(edges, 'outlet', OUTLETS);
  const sources = heaviest(edges.filter((edge) => outlets.includes(edge.outlet)), 'source', SOURCES);
  const counts = new Map(edges.map((edge) => [`${edge.outlet}\n${edge.source}`, edge.count]));
  const top = Math.max(...outlets.flatMap((outlet) => sources.map((source) => counts.get(`${outlet}\n${source}`) ?? 0)));
  const narrow = (facet, name) => link(chosen(state, facet, name, 'with'), { title: name }, name);
  const cell = (outlet, source) => {
    const count = counts.get(`${outlet}\n${source}`);
    if (!count) return h('td', {});
    // Five shades by the logarithm: one article and a thousand must both be seen.
    const shade = Math.min(5, 1 + Math.floor((Math.log(count) / Math.log(top + 1)) * 5));
    const label = t('citations.cell', { outlet, source, articles: articles(count) });
    return h('td', { class: `shade-${shade}` }, link(pair(state, outlet, source), { 'aria-label': label, title: label }, number(count)));
  };
  return h(
    'section',
    {},
    h('h2', {}, t('citations.matrix')),
    h(
      'div',
      { class: 'matrix-frame', tabindex: 0, role: 'region', 'aria-label': t('citations.matrix') },
      h(
        'table',
        { class: 'matrix' },
        h('thead', {}, h('tr', {}, h('td', {}), sources.map((source) => h('th', { scope: 'col' }, h('div', {}, narrow('cited', source)))))),
        h('tbody', {}, outlets.map((outlet) => h('tr', {}, h('th', { scope: 'row' }, narrow('outlet', outlet)), sources.map((source) => cell(outlet, source))))),
      ),
    ),
  );
}

function table(state, { edges, edge_count: all }) {
  const body = h('tbody', {});
  const row = (edge) => h(
    'tr',
    {},
    h('td', {}, link(chosen({ ...state, view: 'citations' }, 'outlet', edge.outlet, 'with'), {}, edge.outlet)),
    h('td', {}, link(chosen({ ...state, view: 'citations' }, 'cited', edge.source, 'with'), {}, edge.source)),
    h('td', { class: 'note' }, kindName(edge.kind)),
    h('td', { class: 'number' }, link(pair(state, edge.outlet, edge.source), { 'aria-label': t('citations.cell', { outlet: edge.outlet, source: edge.source, articles: articles(edge.count) }) }, number(edge.count))),
  );
  fill(body, edges.slice(0, ROWS).map(row));
  const rest = edges.slice(ROWS);
  const more = rest.length > 0 && h('button', { type: 'button', class: 'quiet', onclick: (event) => { body.append(...rest.map(row)); event.target.remove(); body.children[ROWS].querySelector('a').focus(); } }, t('citations.more', { n: Math.min(all, edges.length) }));
  const names = ['outlet', 'source', 'kind', 'count'];
  return h('section', {}, h('h2', {}, t('citations.table')), h('div', { class: 'table-frame' }, h('table', { class: 'pairs' }, h('thead', {}, h('tr', {}, names.map((name) => h('th', { scope: 'col', class: name === 'count' ? 'number' : null }, t(`citations.${name}`))))), body)), more);
}
