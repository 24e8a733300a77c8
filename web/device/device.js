/**
 * What a device keeps: days as the service last told them, and what the advisor wrote since. The same as
 * `examples/offline_client/device.rs`; see docs/offline.md. A day is read, changed and written in one transaction, so that
 * tabs and the worker may do so at once.
 */

import { plus } from '../domain/days.js';
import { interventionsOf, merge, normal, same } from '../domain/merge.js';
import { newId } from '../domain/intervention.js';
import { answer, open } from './disk.js';

/** @typedef {import('../domain/merge.js').Content} Content */
/**
 * What the advisor wrote and the service has not confirmed.
 * @typedef {object} Draft
 * @property {Content} report
 * @property {Content} base the report from which the advisor started
 * @property {number} base_version
 * @property {Content[]} sent what was sent since without an answer: each may have arrived
 * @property {string} recorded_at
 * @property {'waiting' | 'clash' | 'refused'} standing
 * @property {any} [problem] with which the service refused it
 */
/**
 * @typedef {object} Day
 * @property {string} date
 * @property {number} version that the service last told
 * @property {Content} report that the service last told
 * @property {{by: string, at: string} | null} told who wrote that version, and when
 * @property {Draft | null} draft
 */
/** @typedef {Pick<IDBObjectStore, 'get' | 'put' | 'delete' | 'getAll'>} Store */

/** How long days stay on the device. */
export const DAYS_KEPT = 100;

/** @param {string} date @returns {Day} */
export const unknownDay = (date) => ({ date, version: 0, report: null, told: null, draft: null });

/** The report as the advisor sees it. @param {Day | undefined} day @returns {Content} */
export const contentOf = (day) => (day?.draft ? day.draft.report : (day?.report ?? null));

/** Takes what the advisor writes. @param {Day} day @param {Content} report in its normal form @param {string} now */
export function write(day, report, now) {
  const draft = day.draft ?? { report, base: day.report, base_version: day.version, sent: [], recorded_at: now, standing: /** @type {const} */ ('waiting') };
  draft.report = report;
  draft.recorded_at = now;
  if (draft.standing === 'refused') wait(draft);
  // The draft asks for no change, and no earlier draft is on its way that it would have to take back.
  const idle = same(draft.report, draft.base) && draft.sent.length === 0;
  day.draft = idle ? null : draft;
}

/** @param {Draft} draft */
function wait(draft) {
  draft.standing = 'waiting';
  delete draft.problem;
}

/** The draft starts from what the service has now. @param {Draft} draft @param {number} version @param {Content} report */
function follow(draft, version, report) {
  Object.assign(draft, { base: report, base_version: version, sent: [] });
  wait(draft);
}

/**
 * Takes the day as the service tells it: the draft follows it, is merged with it, or clashes.
 * @param {Day} day @param {number} version @param {Content} report
 */
export function learn(day, version, report) {
  Object.assign(day, { version, report });
  const { draft } = day;
  if (!draft) return;
  if (same(draft.report, report)) day.draft = null;
  else if (draft.sent.some((sent) => same(sent, report)) || same(draft.base, report)) {
    // The service has an earlier draft of this device, whose answer was lost, or still the report before the draft.
    follow(draft, version, report);
  } else {
    const merged = merge(draft.base, draft.report, report);
    if (!merged) draft.standing = 'clash';
    else {
      draft.report = merged.report;
      follow(draft, version, report);
      if (same(draft.report, report)) day.draft = null;
    }
  }
}

/**
 * Takes the service's word that it has stored what was sent.
 * @param {Day} day @param {Content} sent @param {number} version @param {Content} report
 */
export function confirm(day, sent, version, report) {
  Object.assign(day, { version, report });
  if (day.draft && !same(day.draft.report, sent)) follow(day.draft, version, report);
  else day.draft = null;
}

/**
 * After a backup was restored the service has lost the version that the device knows: a draft brings its report back.
 * @param {Day} day @param {number} version @param {Content} report
 */
export function bringBack(day, version, report) {
  const known = day.report;
  Object.assign(day, { version, report });
  day.draft ??= { report: known, base: null, base_version: 0, sent: [], recorded_at: '', standing: 'waiting' };
  follow(day.draft, version, report);
}

/** The item of a batch that sends a draft. @param {string} date @param {Draft} draft */
export function itemOf(date, draft) {
  const item = { op: draft.report ? 'put' : 'delete', date, base_version: draft.base_version };
  if (!draft.report) return item;
  const report = draft.recorded_at ? { ...draft.report, recorded_at: draft.recorded_at } : { ...draft.report };
  // The normal form leaves out what is 0, and the service wants to be told that nobody is reported.
  const interventions = interventionsOf(report).map((one) => ({ ...one, participants: one.participants ?? 0 }));
  return { ...item, report: interventions.length > 0 ? { ...report, interventions } : report };
}

/** Takes the result of an item into the item's day. @param {Day} day @param {Content} sent @param {any} result */
export function settle(day, sent, result) {
  const report = result.report ? normal(result.report) : null;
  if (result.report) day.told = { by: result.report.recorded_by, at: result.report.updated_at };
  if (['created', 'replaced', 'unchanged', 'deleted'].includes(result.status)) confirm(day, sent, result.version ?? 0, report);
  else if (result.status === 'conflict') learn(day, result.version ?? 0, report);
  else if (day.draft && !(result.problem.status === 429 || result.problem.status >= 500)) {
    day.draft.standing = 'refused';
    day.draft.problem = result.problem;
  }
}

/** @param {Content} report @returns {Content} the report, whose interventions have identifiers */
export function named(report) {
  if (!report) return null;
  const said = normal(report);
  for (const one of interventionsOf(said)) one.id ??= freshId();
  return said;
}

export const freshId = () => newId(Date.now(), crypto.getRandomValues(new Uint8Array(10)));

/**
 * The device of an account.
 * @param {string} account
 * @param {() => void} [outdated] called when another tab has a newer version of the stores, or deletes them
 */
export async function openDevice(account, outdated) {
  const disk = await open(`quotidien-${account}`, outdated);
  return { disk, account, ...days(disk), ...told(disk), ...facts(disk) };
}

/** @typedef {Awaited<ReturnType<typeof openDevice>>} Device */

/** @param {Store} store @param {string} date @returns {Promise<Day>} */
export const dayOn = async (store, date) => (await answer(store.get(date))) ?? unknownDay(date);

/** @param {import('./disk.js').Disk} disk */
function days(disk) {
  return {
    /**
     * Changes the report of a day, as it is on the disk, which another tab or a merge may have changed; null deletes it. The form
     * that it came from goes in the same transaction, and the place that the form proposes comes.
     * @param {string} date @param {(report: Content) => Content} work @param {string} [form] @param {ReturnType<typeof import('../domain/form.js').proposalOf>} [place]
     */
    write: (date, work, form, place) =>
      disk.change(['days', 'forms', 'field'], async (store) => {
        const day = await dayOn(store('days'), date);
        const before = contentOf(day);
        const after = named(work(before));
        write(day, after, new Date().toISOString());
        store('days').put(day);
        if (form) store('forms').delete(form);
        if (place) store('field').put(place);
        return { before, after };
      }),

    /**
     * Settles a clash. The service's version becomes the base.
     * @param {string} date @param {number} version that was compared: if there is another by now, nothing is chosen
     * @param {Content} report
     */
    choose: (date, version, report) =>
      disk.change(['days'], async (store) => {
        const day = await dayOn(store('days'), date);
        if (!day.draft || day.version !== version) return false;
        day.draft.report = report;
        follow(day.draft, day.version, day.report);
        if (same(report, day.report)) day.draft = null;
        store('days').put(day);
        return true;
      }),

    /** Has drafts that the service refused sent again with the next batch. */
    retry: () =>
      disk.change(['days'], async (store) => {
        for (const day of await answer(store('days').getAll())) {
          if (day.draft?.standing !== 'refused') continue;
          wait(day.draft);
          store('days').put(day);
        }
      }),
  };
}

/** What the service tells of days, and what is forgotten. @param {import('./disk.js').Disk} disk */
function told(disk) {
  return {
    /** Takes back a proposed place that was not sent. @param {string} key */
    withdraw: (key) =>
      disk.change(['field'], async (store) => {
        if ((await answer(store('field').get(key)))?.unsent) store('field').delete(key);
      }),

    /** Says what became of a planned session; null takes it back. @param {any} session @param {'held' | 'not_held' | null} outcome */
    tellOutcome: (session, outcome) =>
      disk.change(['field'], (store) => {
        const key = `session/${session.planned_session_id}`;
        if (outcome) store('field').put({ key, session: { ...session, outcome }, unsent: true });
        else store('field').delete(key);
      }),

    /** Takes a day as the service told it, such as an old one that was opened. @param {string} date @param {any} report */
    tell: (date, report) =>
      disk.change(['days'], async (store) => {
        const day = await dayOn(store('days'), date);
        if (report.version < day.version) return;
        day.told = { by: report.recorded_by, at: report.updated_at };
        learn(day, report.version, normal(report));
        store('days').put(day);
      }),

    /** Forgets days from before so many days, but what was not sent. @param {string} today */
    forget: (today) =>
      disk.change(['days'], async (store) => {
        const last = plus(today, -DAYS_KEPT);
        for (const day of await answer(store('days').getAll())) if (day.date < last && !day.draft) store('days').delete(day.date);
      }),
  };
}

/** @param {import('./disk.js').Disk} disk */
function facts(disk) {
  return {
    /** @returns {Promise<Record<string, any>>} */
    facts: async () => Object.fromEntries((await disk.all('facts')).map((fact) => [fact.name, fact.value])),
    /** @param {Record<string, any>} values */
    keep: (values) =>
      disk.change(['facts'], (store) => {
        for (const [name, value] of Object.entries(values)) store('facts').put({ name, value });
      }),
    /** @param {import('../domain/form.js').Form} form */
    saveForm: (form) => disk.change(['forms'], (store) => void store('forms').put(form)),
    /** @param {string} key */
    dropForm: (key) => disk.change(['forms'], (store) => void store('forms').delete(key)),
  };
}
