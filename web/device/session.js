/**
 * Who is signed in on this device. The refresh token is in a cookie that no script reads; the access token is in memory alone,
 * of each tab and of the worker. What stays on the disk is whose device this is.
 */

import { erase } from './disk.js';
import { document as documentOf, once } from './link.js';
import { own, owner } from './owner.js';

/** The service does not know this device any more: somebody has to sign in. */
export class SignedOut extends Error {}

/** An access token is renewed so long before it ends, in milliseconds. */
const EARLY = 30_000;

/** @type {{token: string, until: number} | null} */
let access = null;

/** One at a time over tabs and worker. @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T>} */
export const alone = async (name, work) => (navigator.locks ? await navigator.locks.request(name, work) : work());

/** @param {any} body of a session */
function take(body) {
  access = { token: body.access_token, until: Date.now() + body.expires_in * 1000 - EARLY };
}

/** Signs in. @param {string} email @param {string} password @param {boolean} keep whether the session outlives the browser */
export async function signIn(email, password, keep) {
  await leave();
  const told = await once('POST', '/v1/browser-sessions', { email, password, keep }, languages());
  if (told.status === 201) take(told.body);
  return told;
}

/** @returns {Promise<string>} */
async function token() {
  if (access && access.until > Date.now()) return access.token;
  return alone('session', async () => {
    if ((await owner()).leaving) throw new SignedOut();
    const told = await once('POST', '/v1/browser-sessions/refresh', {});
    if (told.status !== 201) throw told.status === 401 || told.status === 403 ? new SignedOut() : new Refused(told);
    take(told.body);
    return told.body.access_token;
  });
}

/** An answer to the question for a token that is neither a token nor a no. */
class Refused extends Error {
  /** @param {import('./link.js').Answer} told */
  constructor(told) {
    super(`refused: ${told.status}`);
    this.told = told;
  }
}

let language = 'fr';
/** Which language the service is to speak. @param {string} code */
export const speak = (code) => {
  language = code;
};
const languages = () => ({ 'Accept-Language': language });

/**
 * Asks the service as whoever is signed in.
 * @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers]
 * @returns {Promise<import('./link.js').Answer>}
 */
export async function ask(method, path, body, headers = {}) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const told = await once(method, path, body, { ...headers, ...languages(), Authorization: `Bearer ${await token()}` });
      if (told.status !== 401 || attempt > 0) return told;
    } catch (error) {
      if (error instanceof Refused) return error.told;
      throw error;
    }
    access = null;
  }
}

/** A document of the service. @param {string} path */
export const askDocument = async (path) => documentOf(path, { ...languages(), Authorization: `Bearer ${await token()}` });

/** Ends on the service the session that was ended on this device without a network; before any that begins. */
export const leave = () =>
  alone('session', async () => {
    if (!(await owner()).leaving) return;
    const told = await once('DELETE', '/v1/browser-sessions/current', {});
    if (told.status === 204 || told.status === 401) await own({ leaving: false });
  });

/**
 * Signs out: nothing readable remains, whatever the network does.
 * @param {string} account @param {boolean} hide whether what was not sent stays, for whoever signs in as the same account
 */
export async function signOut(account, hide) {
  access = null;
  await own({ account: null, email: null, leaving: true });
  if (!hide) await erase(`quotidien-${account}`);
  await leave().catch(() => {});
}
