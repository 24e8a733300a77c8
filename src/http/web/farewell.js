'use strict';
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(leave()));

/** Forgets the files of the application and unregisters this worker; databases stay, with what was not sent yet. */
async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('quotidien-')).map((name) => caches.delete(name)));
  await registration.unregister();
}
