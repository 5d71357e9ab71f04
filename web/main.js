// The page: shows the view that the address means, and shows it anew whenever the address changes.

import { get, selection } from './api.js';
import { article, setUpTips } from './article.js';
import { citations, head as citationsHead } from './citations.js';
import { keepTyping } from './dates.js';
import { by, fill, h, text } from './dom.js';
import { FEW, facets, restoreFocus } from './facets.js';
import { chosenYear, histogram, padded, widthOf } from './histogram.js';
import { articles, current, date, swap, t, translate } from './i18n.js';
import { setUp as setUpKeys } from './keys.js';
import { empty, failure, hits, intro, maybe, pills, skeleton, summary } from './results.js';
import { close, drawHelp, setUp as setUpBox } from './searchbox.js';
import { BASE, FACETS, PAGE, address, follow, isNarrowed, named, onChange, order, parse } from './state.js';

const main = by('main');
/** Whether the filters stand beside the hits, where they cannot be folded away. */
const wide = matchMedia('(min-width: 60rem)');

let asked = new AbortController();

function announce(words) {
  by('status').textContent = words;
}

/** Shows a state. */
async function show(state, old, place) {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  if (document.activeElement !== by('q') || !old) by('q').value = state.q;
  close();
  marks(state);
  const moved = old && (old.view !== state.view || old.id !== state.id || old.page !== state.page);
  main.setAttribute('aria-busy', 'true');
  const slow = setTimeout(() => announce(t('loading')), 400);
  try {
    await { search: showSearch, article: showArticle, citations: showCitations }[state.view](state, old, signal);
  } catch (problem) {
    if (problem.name === 'AbortError') return;
    const layout = by({ search: 'results', citations: 'graph' }[state.view]);
    fill(layout || main, failure(state, problem, () => show(state, null)));
    if (layout) fill(by('summary'), pills(state));
    announce(t('error.title'));
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) main.removeAttribute('aria-busy');
  }
  if (signal.aborted) return;
  if (place) {
    returnTo(place);
  } else if (moved) {
    scrollTo(0, 0);
    (main.querySelector('h1') ?? main).focus({ preventScroll: true });
  }
  restoreFocus();
}

/** Goes back to where the visitor was on this page, and to the link that had the focus. */
function returnTo({ y, link }) {
  const left = link && [...main.querySelectorAll('a[href]')].find((element) => element.getAttribute('href') === link);
  (left || main).focus({ preventScroll: true });
  scrollTo(0, y);
}

/** The navigation and the title of the window. */
function marks(state) {
  const views = { search: { ...state, view: 'search', id: null, kind: [] }, citations: { ...state, view: 'citations', id: null, page: 1 } };
  for (const [view, to] of Object.entries(views)) {
    const element = by(`nav-${view}`);
    element.href = address(to);
    if (state.view === view) element.setAttribute('aria-current', 'page');
    else element.removeAttribute('aria-current');
  }
  document.title = text([state.view === 'citations' ? t('citations.title') : state.q, 'Сводка'].filter(Boolean).join(' — '));
}

/** The frame of the views with facets: built once, then only its parts change. */
function frame() {
  if (by('facets')) return;
  fill(
    main,
    h('h1', { class: 'visually-hidden', tabindex: -1 }, t('results')),
    h('div', { id: 'intro' }),
    h(
      'div',
      { class: 'columns' },
      h('details', { class: 'filters', id: 'filters', open: wide.matches }, h('summary', {}, t('filters.show')), h('div', { id: 'facets', role: 'group', 'aria-label': t('filters') }), h('button', { type: 'button', class: 'primary to-hits', id: 'to-hits', hidden: true, onclick: toHits })),
      h('div', { class: 'content' }, h('div', { id: 'time' }), h('div', { id: 'summary' }), h('div', { id: 'results' })),
    ),
  );
  skeleton(by('results'));
}

/** On a narrow screen the hits lie below all the filters: folds these away and goes there. */
function toHits() {
  const filters = by('filters');
  filters.open = false;
  filters.querySelector('summary').focus({ preventScroll: true });
  by('summary').scrollIntoView();
}

async function showSearch(state, old, signal) {
  frame();
  const search = selection(state, { limit: PAGE, offset: (state.page - 1) * PAGE, facets: FACETS.join(','), facet_size: FEW + 1, sort: order(state) });
  const [answer] = await Promise.all([get('search', search, signal), showTime(state, signal)]);
  if (signal.aborted) return;
  state = settle(state, answer.resolved);
  fill(by('intro'), state.q || isNarrowed(state) || state.page > 1 ? null : await welcome(state, answer));
  if (signal.aborted) return;
  fill(by('facets'), facets(state, answer.facets));
  by('to-hits').hidden = false;
  by('to-hits').textContent = t('filters.show.hits', { articles: articles(answer.total) });
  fill(by('summary'), summary(state, answer.total, announce), pills(state));
  fill(by('results'), answer.total === 0 ? empty(state, answer.suggestions) : [maybe(state, answer.suggestions ?? []), hits(state, answer)]);
  announce(t('count.found', { articles: articles(answer.total) }));
}

/** The state under the names of the archive itself, which the address then has too: «ISW» is a name it was asked by. */
function settle(state, resolved) {
  if (!resolved) return state;
  const right = named(state, resolved);
  history.replaceState(history.state, '', address(right));
  marks(right);
  return right;
}

/** A word on the archive for a visitor who has asked nothing yet. */
async function welcome(state, answer) {
  const stats = await archive();
  return stats?.first_date ? intro(state, stats, answer.facets.think_tank.slice(0, 5)) : null;
}

/** The histogram, over the time of the whole archive: nothing that is chosen moves its bars from their places. */
async function showTime(state, signal) {
  const stats = await archive();
  const width = widthOf(stats);
  const timeline = (search) => get('timeline', search, signal).catch((problem) => { if (problem.name === 'AbortError') throw problem; return null; });
  const [answer, months] = await Promise.all([timeline(selection(state, { by: width }, ['from', 'to'])), width === 'year' ? monthsOf(chosenYear(state), state, timeline) : []]);
  if (!signal.aborted) keepTyping(() => fill(by('time'), answer && histogram(state, padded(answer, width, stats), width, months)));
}

/** The months of a year with their articles. */
async function monthsOf(year, state, timeline) {
  if (!year) return [];
  const answer = await timeline(selection(state, { by: 'month', from: `${year}-01-01`, to: `${year}-12-31` }));
  const counts = new Map((answer?.timeline ?? []).map((bar) => [bar.value, bar.count]));
  return Array.from({ length: 12 }, (_, at) => `${year}-${String(at + 1).padStart(2, '0')}`).map((value) => ({ value, count: counts.get(value) ?? 0 }));
}

async function showArticle(state, old, signal) {
  if (old?.id !== state.id) skeleton(main);
  const object = await get(`articles/${encodeURIComponent(state.id)}`, undefined, signal);
  document.title = text(`${object.title} — Сводка`);
  fill(main, article(state, object, announce));
}

async function showCitations(state, old, signal) {
  const search = selection(state, { limit: 1000 });
  for (const kind of state.kind) search.append('kind', kind);
  if (!by('graph')) {
    fill(main, citationsHead(), h('div', { id: 'time' }), h('div', { id: 'summary' }), h('div', { id: 'graph' }));
    skeleton(by('graph'));
  }
  const [graph] = await Promise.all([get('citations', search, signal), showTime(state, signal)]);
  if (signal.aborted) return;
  state = settle(state, graph.resolved);
  fill(by('summary'), pills(state));
  fill(by('graph'), citations(state, graph));
}

const THEMES = ['auto', 'light', 'dark'];

function theme(next = localStorage.getItem('svodka.theme')) {
  const now = THEMES.includes(next) ? next : 'auto';
  document.documentElement.dataset.theme = now;
  localStorage.setItem('svodka.theme', now);
  by('theme').textContent = t(`theme.${now}`);
}

function words() {
  translate();
  drawHelp();
  by('language').textContent = t('language.other');
  by('language').lang = current() === 'ru' ? 'en' : 'ru';
  theme();
  colophon();
}

/** The figures of the archive; asked for again with every state, for the archive may grow. */
const archive = () => get('stats').catch(() => null);

async function colophon() {
  const stats = await archive();
  if (stats) by('colophon').textContent = stats.first_date ? t('colophon', { articles: articles(stats.articles), from: date(stats.first_date), to: date(stats.last_date) }) : articles(stats.articles);
}

by('language').addEventListener('click', () => {
  swap();
  words();
  fill(main);
  show(parse(), null);
});
by('theme').addEventListener('click', () => theme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]));
by('home').addEventListener('click', follow(() => parse(new URL(BASE, location.href))));
for (const view of ['search', 'citations']) by(`nav-${view}`).addEventListener('click', follow(() => parse(new URL(by(`nav-${view}`).href))));

/** What the server says of itself in its page: whether it knows who is there, and whether it has other archives. */
function serverLinks() {
  const { login, archives: list } = document.documentElement.dataset;
  by('logout').hidden = login === undefined;
  by('archives').hidden = list === undefined;
  if (list !== undefined) by('archives').href = list;
}
by('logout').addEventListener('click', async () => {
  await fetch(`${BASE}logout`, { method: 'POST' }).catch(() => null);
  location.assign(`${BASE}login`);
});

wide.addEventListener('change', () => { if (wide.matches && by('filters')) by('filters').open = true; });

words();
serverLinks();
setUpBox(announce);
setUpKeys(setUpTips());
onChange(show);
dispatchEvent(new PopStateEvent('popstate'));
