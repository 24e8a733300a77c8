/** What the board shows is asked for each time and kept nowhere. */

import { Lost } from '../device/link.js';
import { SignedOut, ask, askDocument } from '../device/session.js';
import { banner } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import en from '../words/board_en.js';
import fr from '../words/board_fr.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('../parts/tree.js').Nested} Nested */
/** @typedef {{status: number, body: any}} Told */

/** What the board says. @param {State} state */
export const said = (state) => (state.language === 'en' ? en : fr);

/** Asks, whatever becomes of it: no answer has the status 0. @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers] @returns {Promise<Told>} */
export async function tell(method, path, body, headers) {
  try {
    return await ask(method, path, body, headers);
  } catch (error) {
    if (error instanceof SignedOut) return { status: 401, body: null };
    if (error instanceof Lost) return { status: 0, body: null };
    throw error;
  }
}

/** How a list is asked for that is wanted whole, page after page. */
const WHOLE = 'limit=200';
/** @param {string} path of a list */
export const whole = (path) => path && `${path}${path.includes('?') ? '&' : '?'}${WHOLE}`;

/** @param {string} path @returns {Promise<Told>} */
async function readAll(path) {
  const told = await tell('GET', path);
  if (!path.endsWith(WHOLE) || !told.body?.next_cursor) return told;
  const { items } = told.body;
  for (let cursor = told.body.next_cursor; cursor; ) {
    const next = await tell('GET', `${path}&cursor=${encodeURIComponent(cursor)}`);
    if (next.status !== 200) return next;
    items.push(...next.body.items);
    cursor = next.body.next_cursor;
  }
  return told;
}

/** What the service says at a path; asked for once while the page is open. @param {State} state @param {Act} act @param {string} path @returns {Told | null} */
export function read(state, act, path) {
  const key = `read ${path}`;
  if (state.page[key] === undefined) {
    state.page[key] = null;
    queueMicrotask(async () => act.page({ [key]: await readAll(path) }));
  }
  return state.page[key];
}

/** Asks again for what is at these paths. @param {Act} act @param {string[]} paths */
export const again = (act, paths) => act.page(Object.fromEntries(paths.map((path) => [`read ${path}`, undefined])));

/**
 * Shows what the service says at some paths; until it has answered, where that is.
 * @param {State} state @param {Act} act @param {string[]} paths @param {(...bodies: any[]) => Nested} show
 * @returns {Nested}
 */
export function shown(state, act, paths, show) {
  const answers = paths.map((path) => read(state, act, path));
  const failed = answers.find((answer) => answer && answer.status !== 200);
  if (failed) {
    return banner('warning', trouble(state, failed),
      h('button', { type: 'button', onclick: () => again(act, paths) }, state.words.retry));
  }
  if (answers.some((answer) => !answer)) return h('div', { class: 'skeleton', 'aria-busy': 'true' }, h('div'), h('div'), h('div'));
  return show(...answers.map((answer) => answer?.body));
}

/** Why something was not done, in words. @param {State} state @param {Told} told */
export function trouble(state, told) {
  if (told.status === 0) return h('p', null, state.words.figuresNeedNetwork);
  if (told.status === 401) return [h('p', null, state.words.sessionEnded), h('a', { class: 'button', href: '/app/connexion' }, state.words.signIn)];
  const faults = (told.body?.errors ?? []).map((/** @type {any} */ fault) => h('li', null, fault.detail));
  return [h('p', null, told.body?.title ?? state.words.failed), faults.length > 0 ? h('ul', null, faults) : h('p', null, told.body?.detail)];
}

/**
 * Does something on the service. Says what came of it: `done`, and where it was refused why, in the page's `wrong`.
 * @param {Act} act @param {[string, string, unknown?, Record<string, string>?]} request @param {string} done @param {string[]} changed paths that say otherwise now
 * @returns {Promise<any>} the answer's body; null where it was refused
 */
export async function write(act, request, done, changed) {
  const told = await tell(...request);
  if (told.status < 200 || told.status > 299) {
    act.page({ wrong: told });
    return null;
  }
  again(act, changed);
  act.page({ wrong: null, open: null });
  if (done) act.say(done);
  return told.body ?? {};
}

/** Why the last thing was refused. @param {State} state */
export const wrong = (state) =>
  state.page['wrong'] && h('div', { class: 'banner warning', role: 'alert', key: 'wrong' }, h('div', null, trouble(state, state.page['wrong'])));

/** Saves a document of the service. @param {State} state @param {Act} act @param {string} path */
export async function save(state, act, path) {
  const told = await askDocument(path).catch(() => null);
  if (told?.status !== 200) return act.say(told ? state.words.failed : state.words.figuresNeedNetwork);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(told.file);
  link.download = told.name ?? 'quotidien';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A picture that the service draws; its values stand beside it. @param {State} state @param {Act} act @param {string} path @param {string} alt */
export function picture(state, act, path, alt) {
  const key = `picture ${path}`;
  if (state.page[key] === undefined) {
    state.page[key] = null;
    queueMicrotask(async () => {
      const told = await askDocument(path).catch(() => null);
      if (told?.status === 200) act.page({ [key]: URL.createObjectURL(told.file) });
    });
  }
  return state.page[key] && h('div', { class: 'scroll paper', role: 'region', tabindex: '0', 'aria-label': alt }, h('img', { src: state.page[key], alt }));
}

/** Something that is shown only once, with the way to keep it. @param {State} state @param {Act} act @param {string} words @param {string} secret */
export const once = (state, act, words, secret) =>
  banner('good', h('p', null, words), h('code', { id: 'once' }, secret), h('button', { type: 'button', onclick: () => void copy(state, act, secret) }, said(state).copy));

/** @param {State} state @param {Act} act @param {string} text */
export async function copy(state, act, text) {
  const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
  act.say(done ? said(state).copied : said(state).notCopied);
}

/** A field of the page's own form. @param {State} state @param {Act} act @param {string} id */
export const field = (state, act, id) => ({ id, value: state.page[id] ?? '', oninput: (/** @type {string} */ value) => act.page({ [id]: value }) });
