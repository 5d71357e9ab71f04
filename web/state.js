// The state of the page is its address: whatever is shown can be linked to, and the back button goes back.

import { debounced } from './dom.js';

/** Where the archive begins: a server may have several, and stand behind another's path. */
export const BASE = new URL('../../', import.meta.url).pathname;

/** The facets that can be chosen from, in the order they are shown. */
export const FACETS = ['think_tank', 'outlet', 'cited', 'actor'];

/** Facets that a link may hold besides. */
const OTHER = ['via', 'cited_kind', 'month'];

/** The orders of hits. */
export const ORDERS = ['relevance', 'newest', 'oldest'];

/** The order of a state's hits: without words nothing can match better, so the newest come first. */
export const order = (state) => state.sort || usualOrder(state);

/** The order when none is chosen. */
export const usualOrder = (state) => (state.q.trim() ? 'relevance' : 'newest');

/** Hits on a page. */
export const PAGE = 20;

const ALL = [...FACETS, ...OTHER];

/** The state that an address means. */
export function parse(url = new URL(location.href)) {
  const search = url.searchParams;
  const lists = (prefix) => Object.fromEntries(ALL.map((facet) => [facet, unique(search.getAll(prefix + facet))]));
  const path = url.pathname.startsWith(BASE) ? url.pathname.slice(BASE.length) : '';
  const article = path.match(/^article\/([^/]+)$/);
  return {
    view: article ? 'article' : path === 'citations' ? 'citations' : 'search',
    id: article ? decode(article[1]) : null,
    q: search.get('q') ?? '',
    any: search.get('any') === 'true',
    sort: ORDERS.includes(search.get('sort')) ? search.get('sort') : '',
    page: Math.max(1, Number.parseInt(search.get('page') ?? '1', 10) || 1),
    from: search.get('from') ?? '',
    to: search.get('to') ?? '',
    with: lists(''),
    without: lists('no_'),
    all: (search.get('all_of') ?? '').split(',').filter((facet) => ALL.includes(facet)),
    kind: unique(search.getAll('kind')),
  };
}

const unique = (values) => [...new Set(values.filter((value) => value !== ''))];

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The query string of a state. */
export function params(state, { page = true } = {}) {
  const search = new URLSearchParams();
  if (state.q) search.set('q', state.q);
  if (state.any) search.set('any', 'true');
  for (const facet of ALL) {
    for (const value of state.with[facet]) search.append(facet, value);
    for (const value of state.without[facet]) search.append(`no_${facet}`, value);
  }
  if (state.all.length > 0) search.set('all_of', state.all.join(','));
  if (state.from) search.set('from', state.from);
  if (state.to) search.set('to', state.to);
  if (state.sort) search.set('sort', state.sort);
  for (const kind of state.kind) search.append('kind', kind);
  if (page && state.page > 1) search.set('page', state.page);
  return search;
}

/** The address of a state. */
export function address(state) {
  const path = BASE + { article: `article/${encodeURIComponent(state.id)}`, citations: 'citations', search: '' }[state.view];
  const search = params(state, { page: state.view !== 'citations' }).toString();
  return search ? `${path}?${search}` : path;
}

/** A state with some things changed; unless the page is among them, it is the first one again. */
export function changed(state, change) {
  return { ...state, page: 1, ...change };
}

/** A state with a value of a facet chosen (`with`), shut out (`without`) or neither (null). */
export function chosen(state, facet, value, list) {
  const drop = (values) => values.filter((other) => other !== value);
  const lists = { with: drop(state.with[facet]), without: drop(state.without[facet]) };
  if (list) lists[list] = [...lists[list], value];
  return changed(state, {
    with: { ...state.with, [facet]: lists.with },
    without: { ...state.without, [facet]: lists.without },
  });
}

/** A state in which articles must have all chosen values of a facet (`all`), or one of them. */
export function joined(state, facet, all) {
  const others = state.all.filter((other) => other !== facet);
  return changed(state, { all: all ? [...others, facet] : others });
}

/** A state with the names in its filters put right: `resolved` tells those that mean values of another name. */
export function named(state, resolved = []) {
  const right = { ...state, with: { ...state.with }, without: { ...state.without } };
  for (const { filter, name, values } of resolved) {
    const [list, facet] = filter.startsWith('no_') ? ['without', filter.slice(3)] : ['with', filter];
    right[list][facet] = unique(right[list][facet].flatMap((one) => (one === name ? values : [one])));
  }
  return right;
}

/** The state with nothing chosen but its words. */
export function cleared(state) {
  const none = Object.fromEntries(ALL.map((facet) => [facet, []]));
  return changed(state, { with: { ...none }, without: { ...none }, all: [], from: '', to: '', kind: [] });
}

/** The sources that a state asks for, by name. */
export const askedSources = (state) => new Set([...state.with.think_tank, ...state.with.cited]);

/** Whether a state narrows the archive by anything but words. */
export const isNarrowed = (state) => choices(state).length > 0 || Boolean(state.from || state.to);

/** All chosen values as [facet, value, list]. */
export function choices(state) {
  return ALL.flatMap((facet) => [
    ...state.with[facet].map((value) => [facet, value, 'with']),
    ...state.without[facet].map((value) => [facet, value, 'without']),
  ]);
}

let listener = () => {};

/** Calls `run` with the new state and the old one whenever the address changes, and with the place that the visitor left
 * when the browser goes back or forth. */
export function onChange(run) {
  let old = null;
  listener = (place) => {
    const state = parse();
    run(state, old, place);
    old = state;
  };
  // The browser restores a place before the hits are there again.
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => listener(history.state?.place));
  addEventListener('scroll', debounced(keepPlace, 100), { passive: true });
}

/** Notes in the browser's history where the visitor is on this page. */
function keepPlace() {
  if (document.querySelector('main[aria-busy]')) return;
  const link = document.activeElement?.closest('main a[href]')?.getAttribute('href') ?? null;
  history.replaceState({ ...history.state, place: { y: scrollY, link } }, '');
}

const here = () => location.pathname + location.search;

/** Goes back to a state: by the browser's own history, which knows the place, if that is where the visitor came from. */
export function goBack(state) {
  if (history.state?.from === address(state)) history.back();
  else go(state);
}

/** Goes to a state. */
export function go(state, { replace = false } = {}) {
  const to = address(state);
  if (to !== here()) {
    keepPlace();
    history[replace ? 'replaceState' : 'pushState']({ inside: true, from: here() }, '', to);
  }
  listener();
}

/** Whether a click means something else than following a link here: another window, or a menu. */
export const isOther = (event) => event.defaultPrevented || event.button > 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

/** A listener for links that lead to a state without loading the page anew. */
export function follow(state) {
  return (event) => {
    if (isOther(event)) return;
    event.preventDefault();
    go(typeof state === 'function' ? state() : state);
  };
}
