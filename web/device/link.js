/** The way to the service, on which any request and any answer may be lost. The one place that asks the network. */

/** How long the device waits for an answer. */
const PATIENCE = 20_000;

/** No whole answer came: the device does not know whether the service did what was asked. */
export class Lost extends Error {}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body null where it is no JSON
 * @property {number | null} retryAfter seconds
 * @property {string | null} etag
 * @property {number | null} clock the service's, in milliseconds since 1970
 */

/**
 * Sends one request.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>}
 */
export async function once(method, path, body, headers = {}) {
  const { response, text } = await asked(method, path, body, headers, (answer) => answer.text());
  const retry = Number(response.headers.get('retry-after') ?? 'none');
  const date = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    body: parsed(text),
    retryAfter: Number.isFinite(retry) ? retry : null,
    etag: response.headers.get('etag'),
    clock: Number.isFinite(date) ? date : null,
  };
}

/** A document, whatever its form. @param {string} path @param {Record<string, string>} headers */
export async function document(path, headers) {
  const { response, text } = await asked('GET', path, undefined, headers, (answer) => answer.blob());
  return { status: response.status, file: text, name: /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? null };
}

/**
 * @template T
 * @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} headers
 * @param {(response: Response) => Promise<T>} read
 */
async function asked(method, path, body, headers, read) {
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined || body instanceof Blob ? headers : { 'Content-Type': 'application/json', ...headers },
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
      cache: 'no-store',
      credentials: path.startsWith('/v1/browser-sessions') ? 'same-origin' : 'omit',
    });
    return { response, text: await read(response) };
  } catch (error) {
    throw new Lost(String(error));
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
