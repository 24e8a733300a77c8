/** Whose device this is: the one thing that is kept outside the accounts' stores. No token is. */

import { answer, open } from './disk.js';

/**
 * @typedef {object} Owner
 * @property {string | null} account
 * @property {string | null} email
 * @property {boolean} shared by several people: a start without a session shows nothing
 * @property {boolean} leaving signed out here, and not yet on the service
 * @property {'fr' | 'en' | null} language
 */

/** @template T @param {(disk: import('./disk.js').Disk) => Promise<T>} work @returns {Promise<T>} */
async function opened(work) {
  const disk = await open('quotidien');
  try {
    return await work(disk);
  } finally {
    disk.close();
  }
}

/** @returns {Promise<Owner>} */
export const owner = () =>
  opened(async (disk) => {
    const [record] = await disk.all('facts');
    return { account: null, email: null, shared: false, leaving: false, language: null, ...record?.value };
  });

/** @param {Partial<Owner>} changes */
export const own = (changes) =>
  opened((disk) =>
    disk.change(['facts'], async (store) => {
      const record = await answer(store('facts').get('owner'));
      store('facts').put({ name: 'owner', value: { ...record?.value, ...changes } });
    }),
  );

/** Whether a device belongs to whoever is signed in. @param {import('./device.js').Device} device */
export const ownedBy = async (device) => device.disk.name === `quotidien-${(await owner()).account}`;
