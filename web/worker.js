/** The worker: the application opens without a network, and days are sent after the page was closed. It never answers `/v1/`. */

import { openDevice } from './device/device.js';
import { owner } from './device/owner.js';
import { synchronise } from './device/send.js';
import { dayIn } from './domain/days.js';

const SHELL = '/app/';
/** What the service makes anew each time. */
const MADE = ['/app/sw.js', '/app/manifest.webmanifest'];
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @param {string} build @param {string[]} files */
export function start(build, files) {
  const name = `quotidien-${build}`;

  worker.addEventListener('install', (event) => {
    const fresh = [SHELL, ...files.map((file) => `/app/${build}/${file}`)].map((path) => new Request(path, { cache: 'reload' }));
    // All of a version or nothing.
    event.waitUntil(caches.open(name).then((cache) => cache.addAll(fresh)));
  });

  worker.addEventListener('activate', (event) => {
    const old = async () => {
      for (const other of await caches.keys()) if (other.startsWith('quotidien-') && other !== name) await caches.delete(other);
    };
    event.waitUntil(old());
  });

  worker.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);
    const ours = url.origin === location.origin && url.pathname.startsWith('/app/') && !MADE.includes(url.pathname);
    if (event.request.method !== 'GET' || !ours) return;
    const wanted = event.request.mode === 'navigate' ? SHELL : url.pathname;
    event.respondWith(caches.open(name).then(async (cache) => (await cache.match(wanted, { ignoreVary: true })) ?? fetch(event.request)));
  });

  worker.addEventListener('message', (event) => {
    if (event.data === 'lead') void worker.skipWaiting();
  });

  /** Fails once a person has asked for the new version: this one then breaks off what it sends, and the new one begins anew. */
  const yielded = new Promise((_, reject) => {
    worker.addEventListener('message', (event) => event.data === 'yield' && reject(new Error('a new version leads')));
  });
  yielded.catch(() => {});

  worker.addEventListener('sync', (/** @type {any} */ event) => {
    if (event.tag === 'send') event.waitUntil(Promise.race([send(), yielded]));
  });
}

/** Sends what waits; where that fails the browser asks again later. */
async function send() {
  const { account, leaving } = await owner();
  if (!account || leaving) return;
  const device = await openDevice(account);
  try {
    const facts = await device.facts();
    const outcome = await synchronise(device, dayIn(facts['organisation']?.time_zone ?? 'Europe/Paris', new Date()));
    const channel = new BroadcastChannel('quotidien');
    channel.postMessage('changed');
    channel.close();
    if (outcome.is === 'lost' || outcome.is === 'wait') throw new Error(`not sent: ${outcome.is}`);
  } finally {
    device.disk.close();
  }
}
