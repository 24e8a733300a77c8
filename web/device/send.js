/** Sends what waits and reads what changed, as docs/offline.md says; one at a time over tabs and the worker. */

import { plus } from '../domain/days.js';
import { normal } from '../domain/merge.js';
import { DAYS_KEPT, bringBack, dayOn, itemOf, learn, settle } from './device.js';
import { answer } from './disk.js';
import { Lost } from './link.js';
import { ownedBy } from './owner.js';
import { SignedOut, alone, ask, leave } from './session.js';

/** @typedef {import('./device.js').Day} Day */
/** @typedef {import('./device.js').Device} Device */

const ITEMS_MAX = 50;
/** A batch with so many bytes of items takes no more: the service accepts at most 8 MiB. */
const BATCH_FULL = 4 << 20;
/** How often at most a synchronisation sends and reads; it sends again where reading has merged drafts. */
const ROUNDS = 3;
const PAUSE_LEAST = 5;
const PAUSE_MOST = 300;

/**
 * How a synchronisation ended.
 * @typedef {{is: 'done', clock: number | null} | {is: 'lost'} | {is: 'wait', seconds: number | null} | {is: 'signed_out'} | {is: 'refused', problem: any}} Outcome
 */

/** The service does not do what was asked; the answer says why. */
class Trouble extends Error {
  /** @param {import('./link.js').Answer} told */
  constructor(told) {
    super(`status ${told.status}`);
    this.told = told;
  }
}

/** Can be broken off anywhere and begun again, also by another tab. @param {Device} device @param {string} today @returns {Promise<Outcome>} */
export const synchronise = (device, today) =>
  alone('send', async () => {
    try {
      await leave();
      // The cookie is of whoever signed in last, perhaps on another tab: nobody's days are sent as somebody else's.
      if (!(await ownedBy(device))) return { is: 'signed_out' };
      let clock = null;
      for (let round = 0; round < ROUNDS; round += 1) {
        await send(device);
        clock = await read(device, today);
        if ((await waiting(device)).length === 0) break;
      }
      return { is: 'done', clock };
    } catch (error) {
      if (error instanceof Lost) return { is: 'lost' };
      if (error instanceof SignedOut) return { is: 'signed_out' };
      if (!(error instanceof Trouble)) throw error;
      const { status, body, retryAfter } = error.told;
      if (status === 401) return { is: 'signed_out' };
      if (status === 429 || status >= 500) return { is: 'wait', seconds: retryAfter };
      return { is: 'refused', problem: body };
    }
  });

/** @param {string} method @param {string} path @param {unknown} [body] */
async function asked(method, path, body) {
  const told = await ask(method, path, body);
  if (told.status < 200 || told.status > 299 || !told.body) throw new Trouble(told);
  return told;
}

/** The days whose drafts go with the next batch. @param {Device} device @returns {Promise<Day[]>} */
const waiting = async (device) => (await device.disk.all('days')).filter((day) => day.draft?.standing === 'waiting');

/** Places that were proposed on the device go before the days that name them; what is refused holds nothing up. @param {Device} device */
async function sendPlaces(device) {
  for (const place of (await device.disk.all('field')).filter((one) => one.unsent && one.place_id)) {
    const told = await ask('PUT', `/v1/places/${place.place_id}`, { name: place.name, commune_code: place.commune_code });
    if (told.status === 401 || told.status === 429 || told.status >= 500) throw new Trouble(told);
    const { unsent, ...sent } = place;
    await device.disk.change(['field'], (store) => void store('field').put(told.status < 300 ? sent : { ...sent, refused: told.body }));
  }
}

/**
 * What an answer of the service adds to a planned session, and refuses to be sent: `tsc` names what is missing here.
 * @type {Record<Exclude<keyof Schemas['PlannedSession'], keyof Schemas['PlannedSessionRequest']>, true>}
 */
const ADDED = {
  planned_session_id: true, version: true, held: true, interventions: true, participants: true, clashes: true, scheduled_on: true,
  updated_at: true, updated_by: true, schedule_id: true,
};

/** Says what became of planned sessions, over the version that was seen: where another was written since, it stands. @param {Device} device */
async function sendOutcomes(device) {
  for (const { key, session } of (await device.disk.all('field')).filter((one) => one.unsent && one.session)) {
    const said = Object.entries(session).filter(([name, value]) => !(name in ADDED) && value !== null);
    /** @type {Record<string, string>} */
    const seen = session.version > 0 ? { 'If-Match': `"${session.version}"` } : { 'If-None-Match': '*' };
    const told = await ask('PUT', `/v1/planned-sessions/${session.planned_session_id}`, Object.fromEntries(said), seen);
    if (told.status === 401 || told.status === 429 || told.status >= 500) throw new Trouble(told);
    await device.disk.change(['field', 'facts'], async (store) => {
      store('field').delete(key);
      const fact = await answer(store('facts').get('sessions'));
      const others = (fact?.value ?? []).filter((/** @type {any} */ one) => one.planned_session_id !== session.planned_session_id);
      if (told.status < 300) store('facts').put({ name: 'sessions', value: [...others, told.body] });
    });
  }
}

/** @param {Device} device */
async function send(device) {
  await sendPlaces(device);
  await sendOutcomes(device);
  const days = await waiting(device);
  while (days.length > 0) {
    let bytes = 0;
    const batch = [];
    while (days.length > 0 && batch.length < ITEMS_MAX && bytes < BATCH_FULL) {
      const [day] = days.splice(0, 1);
      if (!day?.draft) continue;
      bytes += JSON.stringify(day.draft.report).length * 3;
      batch.push(day.date);
    }
    await sendBatch(device, batch);
  }
}

/** @param {Device} device @param {string[]} dates */
async function sendBatch(device, dates) {
  /** @type {Awaited<ReturnType<typeof markSent>>} */
  const sent = await device.disk.change(['days'], (store) => markSent(store('days'), dates));
  if (sent.length === 0) return;
  const told = await asked('POST', '/v1/reports/batch', { items: sent.map(({ item }) => item) });
  await device.disk.change(['days'], async (store) => {
    for (const [index, result] of told.body.results.entries()) {
      const one = sent[index];
      if (!one) continue;
      const day = await dayOn(store('days'), one.item.date);
      settle(day, one.report, result);
      store('days').put(day);
    }
  });
}

/** What is sent is on the disk before it is sent. @param {IDBObjectStore} store @param {string[]} dates */
async function markSent(store, dates) {
  /** @type {{report: import('./device.js').Content, item: ReturnType<typeof itemOf>}[]} */
  const sent = [];
  for (const date of dates) {
    const day = await dayOn(store, date);
    const { draft } = day;
    if (draft?.standing !== 'waiting') continue;
    const text = JSON.stringify(draft.report);
    if (!draft.sent.some((report) => JSON.stringify(report) === text)) draft.sent.push(draft.report);
    store.put(day);
    sent.push({ report: draft.report, item: itemOf(date, draft) });
  }
  return sent;
}

/** @param {Device} device @param {string} today */
async function read(device, today) {
  for (;;) {
    const { cursor } = await device.facts();
    let told;
    try {
      told = await asked('GET', `/v1/changes?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    } catch (error) {
      // The cursor has expired, or this service did not give it.
      const expired = error instanceof Trouble && (error.told.status === 410 || error.told.body?.code === 'invalid_parameter');
      if (!expired || !cursor) throw error;
      await startAfresh(device);
      continue;
    }
    await take(device, told.body, plus(today, -DAYS_KEPT));
    if (!told.body.has_more) return told.clock;
  }
}

/** @param {Device} device */
const startAfresh = (device) =>
  device.disk.change(['days', 'facts'], async (store) => {
    const known = (await answer(store('days').getAll())).filter((day) => day.version > 0);
    store('facts').delete('cursor');
    store('facts').put({ name: 'unseen', value: known.map((day) => day.date) });
  });

/** Takes a page of changes; the days and the cursor are on the disk together. @param {Device} device @param {any} page @param {string} oldest */
const take = (device, page, oldest) =>
  device.disk.change(['days', 'facts'], async (store) => {
    /** @type {Set<string> | null} */
    const unseen = await answer(store('facts').get('unseen')).then((fact) => (fact ? new Set(fact.value) : null));
    for (const change of page.items) {
      const day = await dayOn(store('days'), change.date);
      const afresh = unseen?.delete(change.date) ?? false;
      const report = change.report ? normal(change.report) : null;
      if (change.report) day.told = { by: change.report.recorded_by, at: change.report.updated_at };
      if (afresh && change.version < day.version) bringBack(day, change.version, report);
      else if (change.version >= day.version) learn(day, change.version, report);
      else continue;
      if (day.draft || day.date >= oldest) store('days').put(day);
      else store('days').delete(day.date);
    }
    if (!page.has_more) {
      for (const date of unseen ?? []) {
        const day = await dayOn(store('days'), date);
        bringBack(day, 0, null);
        store('days').put(day);
      }
      store('facts').delete('unseen');
    } else if (unseen) store('facts').put({ name: 'unseen', value: [...unseen] });
    store('facts').put({ name: 'cursor', value: page.cursor });
  });

/**
 * The pause before the next try, in seconds: it grows, and is drawn by chance.
 * @param {number} failures in a row, at least 1 @param {number | null} asked by the service @param {number} chance 0 to 1
 */
export function pause(failures, asked, chance) {
  const most = Math.min(PAUSE_MOST, PAUSE_LEAST * 2 ** (failures - 1));
  return Math.max(asked ?? 0, most / 2 + (most / 2) * chance);
}
