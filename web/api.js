// Asking the server. Every failure becomes a `Problem` with words to show.

import { BASE, order, params } from './state.js';

/** What went wrong, as the server says it (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  constructor(body) {
    super(body.detail ?? '');
    this.body = body;
  }
}

/** The JSON at an address. */
export async function get(path, search = new URLSearchParams(), signal) {
  const query = search.toString();
  let response;
  try {
    response = await fetch(`${BASE}api/v1/${path}${query ? `?${query}` : ''}`, { signal, headers: { Accept: 'application/json' } });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({ type: 'offline', detail: '' });
  }
  if (response.status === 401) {
    location.assign(`${BASE}login`);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new Problem(body ?? { type: 'broken', detail: String(response.status) });
  return body;
}

/** The parameters of a state's selection: words, facet values and dates, with `more`. */
export function selection(state, more = {}, without = []) {
  const search = params(state, { page: false });
  for (const name of ['sort', 'kind', ...without]) search.delete(name);
  for (const [name, value] of Object.entries(more)) search.set(name, value);
  return search;
}

/** The address of an export of all hits. */
export function exportAddress(state, format, more = {}) {
  const search = selection(state, { format, sort: order(state), ...more });
  return `${BASE}api/v1/export?${search}`;
}

/** The text at an address of this server. */
export async function getText(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new Problem({ type: 'offline', detail: '' });
  return response.text();
}

/** The address of an article's reference, with the clauses of the sources that a state asks for. */
export function referenceAddress(state, sources) {
  const search = new URLSearchParams(sources.map((name) => ['cited', name]));
  return `${BASE}api/v1/articles/${encodeURIComponent(state.id)}/reference?${search}`;
}
