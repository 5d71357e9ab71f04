// The two fields that a period is typed into. They are text in the form of the ISO standard, for a browser's own date
// field speaks the browser's language, and not the page's.

import { by, fill, h } from './dom.js';
import { t } from './i18n.js';
import { changed, go, parse } from './state.js';

/** The last day of the period called `value`: a day, a month or a year. */
export function lastDay(value, width = ['year', 'month', 'day'][value.split('-').length - 1] ?? 'day') {
  const [year, month = 1, day = 1] = value.split('-').map(Number);
  const next = { day: [year, month - 1, day + 1], week: [year, month - 1, day + 7], month: [year, month, 1], year: [year + 1, 0, 1] }[width];
  const last = new Date(Date.UTC(...next) - 86_400_000);
  return Number.isNaN(last.getTime()) ? value : last.toISOString().slice(0, 10);
}

/** The first day of the period called `value`. */
export const firstDay = (value) => `${value}-01-01`.slice(0, 10);

/** How the names of months begin, in Russian and English. */
const MONTHS = [/^(янв|jan)/, /^(фев|feb)/, /^мар|^mar/, /^(апр|apr)/, /^ма[йяе]|^may/, /^(июн|jun)/, /^(июл|jul)/, /^(авг|aug)/, /^(сен|sep)/, /^(окт|oct)/, /^(ноя|nov)/, /^(дек|dec)/];

/** «март 2025» as 2025-03, «4 марта 2025» as 2025-03-04; other words as they are. */
function numbered(typed) {
  const [, day, name, year] = typed.toLowerCase().match(/^(?:(\d{1,2})\s+)?([а-яёa-z]{3,})\.?,?\s+(\d{4})(?:\s*г(?:\.|ода?)?)?$/) ?? [];
  const month = name ? MONTHS.findIndex((begins) => begins.test(name)) : -1;
  if (month < 0) return typed;
  return [year, String(month + 1).padStart(2, '0'), day?.padStart(2, '0')].filter(Boolean).join('-');
}

/** The day that was typed, as `2025-03-01`; null if there is no such day. A year or month means its first or last. */
export function typedDay(typed, isEnd) {
  const plain = typed.trim().replace(/[‐‑–—]/g, '-');
  const value = numbered(plain)
    .replace(/^(\d{1,2})\.(\d{4})$/, (_, month, year) => `${year}-${month.padStart(2, '0')}`)
    .replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, (_, day, month, year) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
    .replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const [year, month, day] = value.match(/^([1-9]\d{3})(?:-(0[1-9]|1[0-2]))?(?:-(\d{2}))?$/)?.slice(1) ?? [];
  if (!year || (day && !month)) return null;
  const whole = isEnd ? lastDay(value) : firstDay(value);
  const exists = new Date(`${whole}T00:00:00Z`);
  return Number.isNaN(exists.getTime()) || exists.toISOString().slice(0, 10) !== whole || (day && whole !== value) ? null : whole;
}

/** The fields, a way back to the whole time, and how many articles have no date. */
export function dates(state, undated) {
  const shown = (value, isEnd) => (value ? (typedDay(value, isEnd) ?? value) : '');
  const reset = h('button', { type: 'button', class: 'quiet', onclick: () => go(changed(parse(), { from: '', to: '' })) }, t('time.all'));
  reset.hidden = !state.from && !state.to;
  const box = h('div', { class: 'dates' });
  fill(box, field('from', shown(state.from, false)), field('to', shown(state.to, true)), reset, undated > 0 && h('span', { class: 'undated' }, t('time.undated', { n: undated })));
  return box;
}

function field(name, value) {
  const wrong = h('span', { class: 'wrong-date', id: `time-${name}-wrong`, 'aria-live': 'assertive' });
  const input = h('input', { type: 'text', id: `time-${name}`, class: 'day', value, placeholder: t('time.form'), maxlength: 24, size: 10, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': wrong.id });
  const complain = (words) => {
    input.setCustomValidity(words);
    if (words) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    wrong.textContent = words;
  };
  input.addEventListener('input', () => complain(''));
  input.addEventListener('change', () => {
    const day = input.value.trim() === '' ? '' : typedDay(input.value, name === 'to');
    if (day === null) return complain(t('time.wrong'));
    input.value = day;
    go(changed(parse(), { [name]: day }));
  });
  return h('span', { class: 'day-field' }, h('label', { for: input.id }, t(`time.${name}`)), ' ', input, wrong);
}

/** Runs `draw`, which makes the fields anew; who is typing into one goes on typing. */
export function keepTyping(draw) {
  const { id, value } = document.activeElement ?? {};
  const isDay = document.activeElement?.matches('.day');
  draw();
  const again = isDay && by(id);
  if (!again) return;
  if (again.value !== value) again.value = value;
  again.focus({ preventScroll: true });
}
