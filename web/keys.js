// The keyboard: `/` to the search box, arrows through the hits, Esc back.

import { by } from './dom.js';
import { goBack, parse } from './state.js';
import { toggleHelp } from './searchbox.js';

/** Makes the keys work everywhere on the page. */
export function setUp(hideTip) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') escape(hideTip);
    else if (isSlash(event) && !isTyping(event.target)) {
      event.preventDefault();
      by('q').focus();
      by('q').select();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && movesHits(event.target)) {
      moveHit(event.key === 'ArrowDown' ? 1 : -1, event);
    }
  });
}

/** The key of the slash: on Russian and Ukrainian layouts it writes a full stop. */
const isSlash = (event) => event.key === '/' || (event.code === 'Slash' && event.key === '.');

const isTyping = (element) => element.matches('textarea, select, input:not([type=checkbox]):not([type=radio])');

/** Arrows move through the hits from a hit, from the search box, or from nowhere in particular. */
const movesHits = (element) => element.matches('[data-hit], #q, body, main');

function moveHit(step, event) {
  const links = [...document.querySelectorAll('.hits [data-hit]')];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  if (at < 0 && step < 0) return;
  event.preventDefault();
  if (at === 0 && step < 0) return by('q').focus();
  links[Math.min(links.length - 1, at + step)].focus();
}

function escape(hideTip) {
  if (hideTip()) return;
  if (!by('help').hidden) {
    toggleHelp(false);
    by('help-button').focus();
  } else if (document.activeElement === by('q')) {
    by('q').blur();
  } else if (parse().view === 'article') {
    goBack({ ...parse(), view: 'search', id: null });
  } else {
    document.activeElement?.blur();
  }
}
