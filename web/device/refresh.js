/** Refreshes what the service knows and the device keeps: who one is, closed lists, what is missing, places and communes. */

import { monthOf, plus, plusMonths } from '../domain/days.js';
import { answer } from './disk.js';
import { ask } from './session.js';

/** @typedef {import('./device.js').Device} Device */

/** How many months back it is known which are closed. */
const MONTHS = 12;
/** From how many days back to how many ahead planned sessions are kept. */
const SESSIONS_BACK = 14;
const SESSIONS_AHEAD = 60;
const DEPARTMENTS_MAX = 4;

/** Each fact for itself: what does not come stays as it was. @param {Device} device @returns {Promise<boolean>} whether all came */
export async function refresh(device) {
  const facts = await device.facts();
  const etags = { ...facts['etags'] };
  /** @type {Record<string, any>} */
  const news = {};
  let whole = true;

  /** @param {string} name @param {string} path @param {(body: any) => any} [of] */
  async function get(name, path, of = (body) => body) {
    const known = name in facts && etags[path] ? { 'If-None-Match': etags[path] } : {};
    const told = await ask('GET', path, undefined, /** @type {Record<string, string>} */ (known));
    if (told.status === 200) {
      news[name] = of(told.body);
      if (told.etag) etags[path] = told.etag;
    } else if (told.status !== 304 && told.status !== 404) whole = false;
  }

  await get('me', '/v1/me');
  await Promise.all([get('organisation', '/v1/organisation'), get('nomenclature', '/v1/nomenclature')]);
  const me = news['me'] ?? facts['me'];
  const organisation = news['organisation'] ?? facts['organisation'];
  if (me?.role === 'advisor') {
    const today = new Date().toISOString().slice(0, 10);
    const month = monthOf(today);
    await Promise.all([
      get('missing', '/v1/me/missing-days'),
      get('sessions', `/v1/planned-sessions?from=${plus(today, -SESSIONS_BACK)}&to=${plus(today, SESSIONS_AHEAD)}&advisor_id=${me.account_id}&limit=200`, (body) => body.items),
      get('months', `/v1/months?from=${plusMonths(month, -MONTHS)}&to=${month}`, (body) => body.items),
      communes(device, organisation).then((all) => {
        if (all) news['communes'] = all;
      }),
      places(device),
    ]);
  }
  await device.keep({ ...news, etags });
  return whole;
}

/**
 * The communes of the departments where the organisation works; where it has not said, of those that the days name.
 * @param {Device} device @param {any} organisation @returns {Promise<{code: string, name: string}[] | null>}
 */
async function communes(device, organisation) {
  const days = await device.disk.all('days');
  const visited = days.flatMap((day) => (day.report?.interventions ?? []).map((/** @type {any} */ one) => one.commune_code ?? ''));
  const codes = organisation?.territory?.communes ?? visited.filter(Boolean);
  const departments = new Set(codes.map((/** @type {string} */ code) => code.slice(0, code.startsWith('97') ? 3 : 2)));
  const all = [];
  for (const department of [...departments].slice(0, DEPARTMENTS_MAX)) {
    const told = await ask('GET', `/v1/communes?department=${department}`);
    if (told.status !== 200) return null;
    all.push(...told.body.items.map((/** @type {any} */ one) => ({ code: one.code, name: one.name })));
  }
  return all.length > 0 ? all : null;
}

/** @param {Device} device */
async function places(device) {
  const found = [];
  for (let cursor = ''; ; ) {
    const told = await ask('GET', `/v1/places?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    if (told.status !== 200) return;
    found.push(...told.body.items);
    cursor = told.body.next_cursor ?? '';
    if (!cursor) break;
  }
  const shown = found.filter((place) => !place.merged_into && !place.closed_on);
  await device.disk.change(['field'], async (store) => {
    for (const place of await answer(store('field').getAll())) if (place.place_id && !place.unsent) store('field').delete(place.key);
    for (const { place_id, name, commune_code, status } of shown) store('field').put({ key: `place/${place_id}`, place_id, name, commune_code, status });
  });
}
