/**
 * The device's disk: the stores of one account in IndexedDB. What `change` has done is on the disk when it returns, also
 * after a power cut; until then all of it is there or nothing.
 */

/** The stores and what their records are found by. Stores change by adding. */
const STORES = { days: 'date', forms: 'key', facts: 'name', field: 'key' };
const VERSION = 1;

/** @typedef {keyof typeof STORES} StoreName */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {string} name @param {() => void} outdated called when another tab has newer stores, or deletes them */
export async function open(name, outdated = () => {}) {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) {
      if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, { keyPath });
    }
  };
  const database = await answer(request);
  database.onversionchange = () => {
    database.close();
    outdated();
  };

  /** @param {StoreName} store @returns {Promise<any[]>} */
  const all = (store) => answer(database.transaction(store).objectStore(store).getAll());

  /**
   * Does `work` in one transaction.
   * @template T
   * @param {StoreName[]} stores
   * @param {(store: (name: StoreName) => IDBObjectStore) => Promise<T> | T} work awaits nothing but answers of the stores
   * @returns {Promise<T>}
   */
  async function change(stores, work) {
    const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('not written'));
    });
    const result = await work((name) => transaction.objectStore(name));
    await done;
    return result;
  }

  return { name, all, change, close: () => database.close() };
}

/** @param {string} name */
export const erase = (name) => answer(indexedDB.deleteDatabase(name));

/** @typedef {Awaited<ReturnType<typeof open>>} Disk */
