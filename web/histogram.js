// The articles over time, to brush: by dragging, by two handles with the arrow keys, or by typing dates.

import { dates, firstDay, lastDay } from './dates.js';
import { h, svg } from './dom.js';
import { articles, date, monthName, t } from './i18n.js';
import { address, changed, follow, go } from './state.js';

const WIDTH = 1000;
const HEIGHT = 90;

/** Of more years only those with articles can be chosen, and if these are still too many, none. */
const MOST_YEARS = 40;

/** The first and last bar that a state's dates take in. */
function chosenBars(state, bars, by) {
  if (!state.from && !state.to) return null;
  const first = state.from ? bars.findIndex((bar) => lastDay(bar.value, by) >= firstDay(state.from)) : 0;
  const end = state.to ? lastDay(state.to) : '9999';
  const last = bars.findLastIndex((bar) => firstDay(bar.value) <= end);
  return first < 0 || last < first ? [-1, -1] : [first, last];
}

/** The width of the bars that suits an archive. */
export function widthOf(stats) {
  if (!stats?.first_date) return 'month';
  const days = (Date.parse(stats.last_date.slice(0, 10)) - Date.parse(stats.first_date.slice(0, 10))) / 86_400_000;
  return days < 100 ? 'day' : days < 40 * 366 ? 'month' : 'year';
}

/** A timeline with bars for the whole time of the archive. */
export function padded(answer, by, stats) {
  const counts = new Map(answer.timeline.map((bar) => [bar.value, bar.count]));
  const known = [...counts.keys()];
  const ends = [...known, ...[stats?.first_date, stats?.last_date].filter(Boolean).map((value) => `${value}-01-01`.slice(0, LENGTH[by]))].sort();
  const bars = [];
  for (let value = ends[0]; value && value <= ends.at(-1) && bars.length < MOST_BARS; value = following(value, by)) bars.push({ value, count: counts.get(value) ?? 0 });
  return { ...answer, timeline: bars };
}

/** The length of a bar's name. */
const LENGTH = { day: 10, month: 7, year: 4 };

/** More bars cannot be seen. */
const MOST_BARS = 1000;

function following(value, by) {
  const next = new Date(`${lastDay(value, by)}T00:00:00Z`).getTime() + 86_400_000;
  return new Date(next).toISOString().slice(0, LENGTH[by]);
}

/** The year that a state's dates lie in, if it is one. */
export function chosenYear(state) {
  const year = (state.from || state.to) && firstDay(state.from || state.to).slice(0, 4);
  return year && state.to && lastDay(state.to).slice(0, 4) === year ? year : null;
}

/** The histogram of a timeline; `months` are the bars of the chosen year's months where the histogram has none. */
export function histogram(state, answer, by, months = []) {
  const bars = answer.timeline;
  if (bars.length === 0) return null;
  const choose = (first, last) => {
    const whole = first === 0 && last === bars.length - 1;
    go(changed(state, whole ? { from: '', to: '' } : { from: firstDay(bars[first].value), to: lastDay(bars[last].value, by) }));
  };
  const range = chosenBars(state, bars, by);
  const plot = drawing(bars, range);
  const legend = h('p', { class: 'legend', 'aria-hidden': 'true' });
  const frame = h('div', { class: 'plot' }, plot.root, handle('start'), handle('end'));
  brush(frame, plot, bars, range, choose, legend);
  return h(
    'section',
    { class: 'time', 'aria-label': t('time') },
    h('div', { class: 'time-head' }, h('h2', {}, t('time')), dates(state, answer.undated)),
    frame,
    h('div', { class: 'axis', 'aria-hidden': 'true' }, h('span', {}, date(bars[0].value)), legend, h('span', {}, date(bars.at(-1).value))),
    calendar(state, bars, by === 'year' ? months : summed(bars, 'month')),
  );
}

/** The bars gathered to wider ones. */
function summed(bars, by) {
  const sums = new Map();
  for (const { value, count } of bars) {
    const wide = value.slice(0, LENGTH[by]);
    sums.set(wide, (sums.get(wide) ?? 0) + count);
  }
  return [...sums].map(([value, count]) => ({ value, count }));
}

/** Years to choose from, and the months of the chosen year. */
function calendar(state, bars, monthBars) {
  const all = summed(bars, 'year');
  // A stray old article must not take the years away from all others.
  const years = all.length > MOST_YEARS ? all.filter((bar) => bar.count > 0) : all;
  if (years.length > MOST_YEARS) return null;
  const open = chosenYear(state) ?? (years.length === 1 ? years[0].value : null);
  const one = (value, words, count) => {
    const [from, to] = [firstDay(value), lastDay(value)];
    const isOn = Boolean(state.from && state.to) && firstDay(state.from) === from && lastDay(state.to) === to;
    const label = t('time.month', { when: date(value), articles: articles(count) });
    if (count === 0) return h('li', {}, h('span', { class: 'off' }, words));
    return h('li', {}, h('a', { href: address(changed(state, { from, to })), 'aria-current': isOn ? 'true' : null, 'aria-label': label, title: label, onclick: follow(changed(state, isOn ? { from: '', to: '' } : { from, to })) }, words));
  };
  const months = monthBars.filter((bar) => bar.value.slice(0, 4) === open).map((bar) => one(bar.value, monthName(bar.value), bar.count));
  return h(
    'nav',
    { class: 'calendar', 'aria-label': t('time.years') },
    h('ol', { class: 'years' }, years.map(({ value, count }) => one(value, value, count))),
    months.length > 0 && h('ol', { class: 'months' }, months),
  );
}

function drawing(bars, range) {
  const top = Math.max(1, ...bars.map((bar) => bar.count));
  const width = WIDTH / bars.length;
  const gap = width > 40 ? width * 0.18 : width > 6 ? 1.5 : width > 2.5 ? 0.6 : 0;
  const rects = bars.map((bar, at) => {
    // A bar of one article among thousands must still be seen.
    const height = bar.count === 0 ? 0 : Math.max(2, (bar.count / top) * (HEIGHT - 4));
    return svg('rect', { x: (at * width + gap / 2).toFixed(2), y: (HEIGHT - height).toFixed(2), width: Math.max(0.4, width - gap).toFixed(2), height: height.toFixed(2) });
  });
  const label = t('time.chart', { from: date(bars[0].value), to: date(bars.at(-1).value) });
  const root = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label }, rects);
  const light = (ends) => rects.forEach((rect, at) => rect.setAttribute('class', !ends ? '' : at >= ends[0] && at <= ends[1] ? 'in' : 'out-of-range'));
  light(range);
  return { root, light };
}

function handle(end) {
  return h('div', { class: `handle ${end}`, role: 'slider', tabindex: 0, 'aria-label': t(`time.${end}`), 'aria-orientation': 'horizontal' });
}

function brush(frame, plot, bars, range, choose, legend) {
  const last = bars.length - 1;
  let ends = range && range[0] >= 0 ? [...range] : [0, last];
  const handles = ['.start', '.end'].map((name) => frame.querySelector(name));
  const show = (active) => {
    plot.light(active ? ends : null);
    handles.forEach((element, which) => {
      const at = ends[which];
      element.style.setProperty('left', `${((at + which) / bars.length) * 100}%`);
      for (const [name, value] of [['valuemin', 0], ['valuemax', last], ['valuenow', at]]) element.setAttribute(`aria-${name}`, value);
      element.setAttribute('aria-valuetext', date(bars[at].value));
    });
    const count = bars.slice(ends[0], ends[1] + 1).reduce((sum, bar) => sum + bar.count, 0);
    const when = ends[0] === ends[1] ? date(bars[ends[0]].value) : `${date(bars[ends[0]].value)} — ${date(bars[ends[1]].value)}`;
    legend.textContent = active ? t('time.bar', { when, articles: articles(count) }) : t('time.hint');
  };
  show(range !== null);

  const barAt = (event) => {
    const box = frame.getBoundingClientRect();
    return Math.min(last, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * bars.length)));
  };
  let origin = null;
  frame.addEventListener('pointerdown', (event) => {
    if (event.button > 0) return;
    origin = event.target.classList.contains('start') ? ends[1] : event.target.classList.contains('end') ? ends[0] : barAt(event);
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  frame.addEventListener('pointermove', (event) => {
    const at = barAt(event);
    if (origin === null) {
      legend.textContent = t('time.bar', { when: date(bars[at].value), articles: articles(bars[at].count) });
      return;
    }
    ends = [Math.min(origin, at), Math.max(origin, at)];
    show(true);
  });
  frame.addEventListener('pointerup', (event) => {
    if (origin === null) return;
    const at = barAt(event);
    ends = [Math.min(origin, at), Math.max(origin, at)];
    origin = null;
    choose(...ends);
  });
  frame.addEventListener('pointercancel', () => { origin = null; });
  frame.addEventListener('pointerleave', () => { if (origin === null) show(range !== null); });

  handles.forEach((element, which) => {
    let moved = false;
    element.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12, Home: -last, End: last }[event.key];
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); moved = false; choose(...ends); return; }
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const [low, high] = which === 0 ? [0, ends[1]] : [ends[0], last];
      ends[which] = Math.min(high, Math.max(low, ends[which] + step));
      moved = true;
      show(true);
    });
    element.addEventListener('blur', () => { if (moved) choose(...ends); });
  });
}
