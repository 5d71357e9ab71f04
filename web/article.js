// The article view: the text with its evidence, actors and boilerplate, and what was found in it beside the text.

import { get, getText, referenceAddress } from './api.js';
import { by, fill, h, safeLink, text } from './dom.js';
import { kindName, moment, number, t } from './i18n.js';
import { copyButton, hitCard, link, referenceButton } from './results.js';
import { askedSources, chosen, goBack, isOther } from './state.js';

/** Actors listed at first. */
const ACTORS = 14;

/** The view of an article object. */
export function article(state, object, announce) {
  const parts = headAndText(object);
  const asked = askedHere(state, object);
  const layers = { title: layersOf(object, 'title', asked), text: layersOf(object, 'text', asked) };
  const title = parts.headline ? render(object, layers.text, parts.headline) : render(object, layers.title, [0, Infinity], object.title);
  const body = h('div', { class: 'body', lang: object.language }, paragraphs(parts.characters, parts.start).map((range) => h('p', {}, render(object, layers.text, range))));
  const back = { ...state, view: 'search', id: null };
  const original = object.url && safeLink(object.url);
  return [
    h('div', { class: 'article-bar' }, link(back, { class: 'back', onclick: (event) => followBack(event, back) }, `← ${t('article.back')}`), h('span', { class: 'tools' }, original && h('a', { href: original, rel: 'noopener noreferrer', target: '_blank', class: 'tool' }, `${t('article.original')} ↗`), referenceButton(t('reference.copy'), () => getText(referenceAddress(state, [...asked])), announce), copyButton(announce))),
    h(
      'div',
      { class: 'article-grid' },
      h('article', { class: 'article', id: 'article' }, kicker(state, object), h('h1', { tabindex: -1 }, title), original && h('p', { class: 'printed note' }, original), body),
      h('aside', { class: 'found' }, cited(state, object), switches(), actors(state, object), similar(state, object)),
    ),
  ];
}

function kicker(state, object) {
  const outlet = object.outlet && link(chosen({ ...state, view: 'search', id: null }, 'outlet', object.outlet.name, 'with'), { class: 'outlet' }, object.outlet.name);
  return h('p', { class: 'kicker' }, outlet || t('outlet.unknown'), ' · ', h('time', { datetime: object.date ?? null }, moment(object.date)));
}

function followBack(event, back) {
  if (isOther(event)) return;
  event.preventDefault();
  goBack(back);
}

/** The sources of an article that a state asks for, by whichever of their names. */
function askedHere(state, object) {
  const names = new Set([...askedSources(state)].map((name) => name.toLowerCase()));
  const isAsked = (source) => [source.name, ...(source.aliases ?? [])].some((name) => names.has(name.toLowerCase()));
  return new Set(object.cited.filter(isAsked).map((source) => source.name));
}

/** Where the text goes on when its first line is the headline, which stands above already. */
function headAndText(object) {
  const characters = Array.from(object.text);
  const first = object.text.search(/\S/) < 0 ? 0 : Array.from(object.text.slice(0, object.text.search(/\S/))).length;
  let end = characters.indexOf('\n', first);
  if (end < 0) end = characters.length;
  const line = characters.slice(first, end).join('').trim();
  const same = line !== '' && line === object.title.trim() && end < characters.length;
  return { characters, headline: same ? [first, end] : null, start: same ? end : 0 };
}

/** The ranges of the paragraphs from `start` on. */
function paragraphs(characters, start) {
  const ranges = [];
  let from = start;
  for (let at = start; at <= characters.length; at += 1) {
    if (at < characters.length && characters[at] !== '\n') continue;
    if (characters.slice(from, at).some((c) => c.trim())) ranges.push([from, at]);
    from = at + 1;
  }
  return ranges;
}

/** Everything that is marked in one of the article's two strings. */
function layersOf(object, part, asked) {
  const here = (span) => (span.in === 'title') === (part === 'title');
  const evidence = object.cited.map((source, number) => ({ ...source.evidence, number })).filter(here);
  const outlet = object.outlet?.evidence && here(object.outlet.evidence) ? [object.outlet.evidence] : [];
  const mentions = [
    ...object.cited.flatMap((source) => source.mentions.filter(here).map((span) => ({ ...span, kind: 'source', name: source.name }))),
    ...object.entities.filter((one) => one.roles.includes('actor')).flatMap((one) => one.mentions.filter(here).map((span) => ({ ...span, kind: 'actor', name: one.name }))),
  ];
  const isAsked = (group) => group.numbers.some((number) => asked.has(object.cited[number].name));
  return { characters: Array.from(object[part]), evidence: grouped(evidence).map((group) => ({ ...group, isAsked: isAsked(group) })), outlet, mentions: disjoint(mentions), grey: object.boilerplate.filter(here) };
}

/** Evidence that overlaps stands in one group, with all the sources it is evidence of. */
function grouped(evidence) {
  const groups = [];
  for (const { start, end, number } of [...evidence].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = groups.at(-1);
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.numbers.push(number);
    } else groups.push({ start, end, numbers: [number] });
  }
  return groups;
}

/** Mentions in order, the first of two that overlap. */
function disjoint(mentions) {
  const kept = [];
  for (const one of [...mentions].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (one.start >= (kept.at(-1)?.end ?? 0)) kept.push(one);
  }
  return kept;
}

/** The nodes of a range of characters, marked. */
function render(object, layers, [from, to], whole) {
  const end = Math.min(to, whole === undefined ? layers.characters.length : Array.from(whole).length);
  const nodes = [];
  let at = from;
  for (const group of layers.evidence) {
    const [start, stop] = [Math.max(from, group.start), Math.min(end, group.end)];
    if (start >= stop) continue;
    nodes.push(...pieces(layers, at, start));
    nodes.push(evidence(object, group, pieces(layers, start, stop), start === group.start));
    at = stop;
  }
  nodes.push(...pieces(layers, at, end));
  return nodes;
}

function evidence(object, group, children, isFirst) {
  const names = group.numbers.map((number) => sourceName(object.cited[number], object.outlet?.name));
  return h(
    'a',
    { class: group.isAsked ? 'evidence asked' : 'evidence', href: `#cited-${group.numbers[0]}`, id: isFirst ? `evidence-${group.numbers[0]}` : null, 'data-tip': t('article.tip', { names: names.join('; ') }), 'data-numbers': group.numbers.join(' '), onclick: jump },
    children,
  );
}

/** Through whom a source is cited; the article's own outlet says nothing new. */
function channel(source, outlet) {
  return source.via && source.via !== outlet && t('article.via', { name: source.via });
}

function sourceName(source, outlet) {
  const more = [kindName(source.kind), channel(source, outlet), source.self && t('article.self')].filter(Boolean);
  return more.length > 0 ? `${source.name} (${more.join(', ')})` : source.name;
}

/** A stretch without evidence around it: mentions, the outlet's evidence and boilerplate. */
function pieces(layers, from, to) {
  const cuts = new Set([from, to]);
  const spans = [...layers.mentions, ...layers.outlet, ...layers.grey];
  for (const { start, end } of spans) {
    if (start > from && start < to) cuts.add(start);
    if (end > from && end < to) cuts.add(end);
  }
  const ends = [...cuts].sort((a, b) => a - b);
  const nodes = [];
  for (let which = 0; which + 1 < ends.length; which += 1) {
    const [start, end] = [ends[which], ends[which + 1]];
    const covers = (span) => span.start <= start && span.end >= end;
    const mention = layers.mentions.find(covers);
    const outlet = layers.outlet.find(covers);
    const classes = [mention?.kind, outlet && 'outlet-evidence', layers.grey.some(covers) && 'grey'].filter(Boolean);
    const content = text(layers.characters.slice(start, end).join(''));
    const tip = mention ? mention.name : outlet ? t('article.outlet.text') : null;
    nodes.push(classes.length > 0 ? h('span', { class: classes.join(' '), 'data-tip': mention?.kind === 'source' ? null : tip, 'data-name': mention?.name ?? null }, content) : content);
  }
  return nodes;
}

/** Goes to a place on this page and puts the focus there, without touching the address. */
function jump(event) {
  event.preventDefault();
  const target = document.querySelector(event.currentTarget.dataset.to ?? event.currentTarget.getAttribute('href'));
  target?.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  (target?.matches('a') ? target : target?.querySelector('a'))?.focus({ preventScroll: true });
}

/** The sources beside the text; those that one clause cites stand over that clause together. */
function cited(state, object) {
  const asked = askedHere(state, object);
  const groups = [];
  object.cited.forEach((source, number) => {
    const group = groups.find((other) => other.evidence.in === source.evidence.in && overlaps(other.evidence, source.evidence));
    if (group) group.members.push({ source, number });
    else groups.push({ evidence: source.evidence, members: [{ source, number }] });
  });
  const isAsked = ({ members }) => members.some(({ source }) => asked.has(source.name));
  const isOwn = ({ members }) => members.every(({ source }) => source.self);
  const rank = (group) => (isAsked(group) ? 0 : isOwn(group) ? 2 : 1);
  const name = ({ source, number }) => {
    const kind = [kindName(source.kind), channel(source, object.outlet?.name), source.self && t('article.self')].filter(Boolean).join(', ');
    return h('p', { class: 'cited-name', id: `cited-${number}` }, link(chosen({ ...state, view: 'search', id: null }, 'cited', source.name, 'with'), { title: t('article.find', { name: source.name }) }, source.name), h('span', { class: 'note' }, kind));
  };
  const quote = ({ evidence, members }) => h('blockquote', {}, h('a', { href: `#evidence-${members[0].number}`, 'data-to': `.evidence[data-numbers~="${members[0].number}"]`, onclick: jump, title: t('article.evidence.go') }, evidence.text));
  const item = (group) => {
    group.members.sort((one, other) => asked.has(other.source.name) - asked.has(one.source.name) || one.source.self - other.source.self || one.number - other.number);
    return h('li', { class: 'cited' }, group.members.map(name), quote(group));
  };
  const list = groups.length > 0 ? h('ol', { class: 'cited-list' }, groups.sort((one, other) => rank(one) - rank(other)).map(item)) : h('p', {}, t('article.none'));
  return h('section', {}, h('h2', {}, t('article.cited')), list);
}

const overlaps = (a, b) => a.start < b.end && b.start < a.end;

function switches() {
  const root = document.documentElement;
  const one = (name, key) => h('label', {}, h('input', { type: 'checkbox', checked: root.dataset[name] !== 'off', onchange: (event) => { root.dataset[name] = event.target.checked ? 'on' : 'off'; } }), ' ', t(key));
  return h('fieldset', { class: 'switches' }, h('legend', {}, t('article.show')), one('evidence', 'article.evidence'), one('actors', 'article.show.actors'), one('boilerplate', 'article.boilerplate'));
}

function actors(state, object) {
  const all = object.entities.filter((one) => one.roles.includes('actor'));
  if (all.length === 0) return null;
  const item = (one) => h('li', {}, link(chosen({ ...state, view: 'search', id: null }, 'actor', one.name, 'with'), { title: kindName(one.kind) }, one.name), one.mentions.length > 1 && h('span', { class: 'number' }, ` ${number(one.mentions.length)}`));
  const list = h('ul', { class: 'actor-list' }, all.slice(0, ACTORS).map(item));
  const more = all.length > ACTORS && h('button', { type: 'button', class: 'quiet', onclick: (event) => { list.append(...all.slice(ACTORS).map(item)); event.target.remove(); list.children[ACTORS].querySelector('a').focus(); } }, t('article.more', { n: all.length - ACTORS }));
  return h('section', {}, h('h2', {}, t('article.actors')), list, more);
}

function similar(state, object) {
  const box = h('div', { class: 'similar' });
  get(`articles/${encodeURIComponent(state.id)}/similar`)
    .then(({ hits }) => fill(box, hits.length > 0 ? hits.map((hit) => hitCard(state, hit, { short: true })) : h('p', {}, t('article.like.none'))))
    .catch(() => fill(box, h('p', {}, t('article.like.none'))));
  return h('section', { class: 'similar-box' }, h('h2', {}, t('article.like')), box);
}

/** Names what is under the pointer or has the focus; gives a function that hides the name and says if it was shown. */
export function setUpTips() {
  const tip = by('tip');
  const hide = () => {
    const shown = !tip.hidden;
    tip.hidden = true;
    document.querySelector('[aria-describedby=tip]')?.removeAttribute('aria-describedby');
    return shown;
  };
  const show = (event) => {
    // The innermost thing with a name: an actor inside evidence is named, not the evidence again.
    const target = event.target.closest?.('[data-tip]');
    if (!target || tip.contains(event.target)) return;
    hide();
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    target.setAttribute('aria-describedby', 'tip');
    place(tip, target, event);
  };
  document.addEventListener('pointerover', show);
  document.addEventListener('focusin', show);
  document.addEventListener('pointerout', (event) => { if (!event.relatedTarget?.closest?.('[data-tip], #tip')) hide(); });
  document.addEventListener('focusout', hide);
  return hide;
}

function place(tip, target, event) {
  const boxes = [...target.getClientRects()];
  const box = boxes.find((one) => event.clientY >= one.top - 1 && event.clientY <= one.bottom + 1) ?? boxes[0];
  if (!box) return;
  const left = Math.min(Math.max(8, event.type === 'pointerover' ? event.clientX - 30 : box.left), innerWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 6;
  tip.style.setProperty('left', `${Math.max(8, left) + scrollX}px`);
  tip.style.setProperty('top', `${(above < 4 ? box.bottom + 6 : above) + scrollY}px`);
}
