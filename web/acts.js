/** What the views may do. Each act is on the disk before the page says that it is done. */

import { dayIn } from './domain/days.js';
import { freshId, openDevice } from './device/device.js';
import { own, ownedBy } from './device/owner.js';
import { formOf, interventionOf, newForm, proposalOf, withIntervention, withoutIntervention } from './domain/form.js';
import { same } from './domain/merge.js';
import { knowsField } from './parts/labels.js';
import { longDay } from './words/format.js';
import { focusOn, moveTo } from './router.js';

/** @typedef {import('./device/device.js').Device} Device */
/** @typedef {import('./device/device.js').Content} Content */
/** @typedef {import('./domain/form.js').Form} Form */
/** How long a change of a form waits before it is written, in milliseconds. */
const FORM_PAUSE = 300;

/** @param {ReturnType<typeof import('./store.js').storeOf>} store */
export function actsOf(store) {
  const { state, set } = store;
  /** @type {Device | null} */
  let device = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let formTimer;
  const channel = new BroadcastChannel('quotidien');
  const hooks = { written: () => {}, words: async () => {}, arrived: (/** @type {import('./router.js').Route} */ _route) => {} };

  const opened = () => {
    if (!device) throw new Error('nobody is signed in');
    return device;
  };

  /** Reads what the disk has, which another tab or the worker may have changed. */
  async function reload() {
    const read = device;
    if (!read) return;
    const [days, forms, facts, field] = await Promise.all([read.disk.all('days'), read.disk.all('forms'), read.facts(), read.disk.all('field')]);
    // Whoever has signed out meanwhile is shown nothing more.
    if (device !== read) return;
    set({ days: byName(days, 'date'), forms: byName(forms, 'key'), facts, places: field.filter((one) => one.place_id), outcomes: field.filter((one) => one.session), today: dayIn(facts['organisation']?.time_zone ?? 'Europe/Paris', new Date()) });
  }
  channel.onmessage = async () => {
    // Another tab signed out, and perhaps somebody else in: nothing of the former owner stays on this one, or is sent by it.
    if (device && !(await ownedBy(device))) return location.reload();
    await reload();
  };

  /** Tells the other tabs and this page that the disk has changed. */
  async function changed() {
    channel.postMessage('changed');
    await reload();
  }

  /** @param {string} account */
  async function openAccount(account) {
    device?.disk.close();
    // Another tab has a newer version, or signed out: what was typed is on the disk.
    device = await openDevice(account, () => location.reload());
    await reload();
  }

  async function closeAccount() {
    device?.disk.close();
    device = null;
    set({ days: {}, forms: {}, facts: {}, places: [], outcomes: [], form: null, faults: [], page: {}, notice: null });
    channel.postMessage('changed');
  }

  /** Runs what may fail for want of disk, and says so, unless its owner has left. @param {() => Promise<unknown>} work */
  async function careful(work) {
    const whose = device;
    try {
      await work();
      return true;
    } catch (error) {
      if (device !== whose) return false;
      console.error(error);
      set({ notice: { text: state.words.diskFailed } });
      return false;
    }
  }

  /**
   * Changes a day. Undone, it is as it was, unless it was changed again since; the day is sent a little later, so that undoing
   * costs nothing.
   * @param {string} date @param {(report: Content) => Content} work
   * @param {{said: string, form?: string, from?: Form | null, place?: ReturnType<typeof proposalOf>}} how
   */
  async function write(date, work, how) {
    /** @type {{before: Content, after: Content} | undefined} */
    let done;
    const written = await careful(async () => {
      done = await opened().write(date, work, how.form, how.place);
    });
    if (!written || !done) return false;
    const { before, after } = done;
    const undo = async () => {
      set({ notice: null });
      await careful(() => opened().write(date, (report) => (same(report, after) ? before : report)));
      if (how.place) await careful(() => opened().withdraw(how.place?.key ?? ''));
      if (how.from) await careful(() => opened().saveForm({ .../** @type {Form} */ (how.from), touched: true, at: new Date().toISOString() }));
      await changed();
      hooks.written();
    };
    set({ notice: { text: how.said, undo: () => void undo(), label: state.words.undo } });
    await changed();
    hooks.written();
    return true;
  }

  /** Says what became of a planned session; it goes with the next sending. @param {any} session @param {'held' | 'not_held' | null} outcome */
  async function tellOutcome(session, outcome) {
    await careful(() => opened().tellOutcome(session, outcome));
    await changed();
    hooks.written();
  }

  /** @param {string} path @param {{replace?: boolean}} [how] */
  const go = (path, how = {}) => hooks.arrived(moveTo(path, how.replace ?? false));

  /** What leads on from the page that is open, once something is done: nowhere if the person has gone elsewhere meanwhile. */
  const goFromHere = () => {
    const { path: here } = state.route;
    return (/** @type {string} */ path, /** @type {{replace?: boolean}} */ how = {}) => void (state.route.path === here && go(path, how));
  };

  return {
    set, go, goFromHere, hooks, opened, reload, changed, openAccount, closeAccount, careful, write, tellOutcome,
    signedIn: () => device !== null,
    /** Whether this device's owner is signed in still. @param {Device} one */
    isOpen: (one) => device === one,
    /** Changes what the open view keeps for itself. @param {Record<string, unknown>} changes */
    page: (changes) => set({ page: { ...state.page, ...changes } }),
    /** A day that is not on the device any more. @param {string} date */
    async fetchDay(date) {
      const { ask } = await import('./device/session.js');
      const told = await ask('GET', `/v1/advisors/${state.facts.me?.account_id}/reports/${date}`).catch(() => null);
      if (told?.status === 200) await careful(() => opened().tell(date, told.body));
      set({ page: { ...state.page, [`fetched ${date}`]: told?.status === 200 || told?.status === 404 } });
      await reload();
    },
    /** @param {string} text */
    say: (text) => set({ notice: { text } }),
    ...formActs(),
  };

  function formActs() {
    /** The keys of the forms that are being put into their days: they are neither put there again meanwhile, nor kept. @type {Set<string>} */
    const leaving = new Set();
    /** @param {Form | null} form */
    const keep = async (form) => void (device && form?.touched && !leaving.has(form.key) && (await careful(() => opened().saveForm(form))));
    const flush = () => {
      clearTimeout(formTimer);
      formTimer = undefined;
      return keep(state.form);
    };
    /** @param {Form} form */
    const isOpen = (form) => state.form?.key === form.key;
    /** Leads back to the day once `work` has ended the form; where it has not, the form stays. @param {Form} form @param {() => Promise<boolean>} work */
    async function end(form, work) {
      if (leaving.has(form.key)) return;
      clearTimeout(formTimer);
      formTimer = undefined;
      leaving.add(form.key);
      const goOn = goFromHere();
      const done = await work().finally(() => leaving.delete(form.key));
      if (!done) return keep(isOpen(form) ? state.form : form);
      if (isOpen(form)) set({ form: null });
      goOn(`/app/jour/${form.date}`, { replace: true });
    }

    /** @param {Form} form */
    async function put(form) {
      const one = interventionOf(form);
      const found = await rules().then(({ faults }) => faults({ interventions: [one] }, /** @type {any} */ (state.facts.nomenclature ?? {})), () => []);
      const faults = found.map((fault) => ({ ...fault, pointer: fault.pointer.replace('/interventions/0', '') }));
      if (faults.length > 0) {
        if (isOpen(form)) set({ faults });
        queueMicrotask(() => queueMicrotask(() => focusOn('faults')));
        return false;
      }
      const place = proposalOf(form, freshId());
      if (place && knowsField(state)) one['place_id'] = place.place_id;
      const { words } = state;
      const said = form.id ? words.saved : words.added(words.kinds[/** @type {'workshop'} */ (form.kind)].toLowerCase());
      const written = await write(form.date, (report) => withIntervention(report, one), { said, form: form.key, from: form, place });
      if (written && form.session) await tellOutcome(form.session, 'held');
      return written;
    }

    /** @param {Form | null} form */
    const show = (form) => set({ form, faults: [] });
    return {
      flush,
      show,
      /** @param {string} date @param {string} kind @param {Record<string, any>} start @param {string} [session] */
      openNew(date, kind, start, session) {
        const kept = state.forms[`${date}/${session ?? kind}`];
        show(kept ? { ...kept, restored: true } : newForm(date, kind, start));
      },
      /** @param {string} date @param {any} one */
      openOld(date, one) {
        const kept = state.forms[`${date}/${one.id}`];
        show(kept ? { ...kept, restored: true } : formOf(date, one));
      },
      /** Changes the open form: on the page at once, on the disk soon. @param {Record<string, unknown>} fields */
      edit(fields) {
        if (!state.form) return;
        const form = { ...state.form, fields: { ...state.form.fields, ...fields }, at: new Date().toISOString(), touched: true };
        set({ form, faults: state.faults.filter((fault) => !((fault.pointer.split('/')[1] ?? '') in fields)), notice: null });
        if (formTimer === undefined) formTimer = setTimeout(() => void flush(), FORM_PAUSE);
      },
      /** Opens the form of a planned session, with all that is known of it. @param {string} date @param {string} kind @param {Record<string, any>} start @param {any} session */
      openPlanned(date, kind, start, session) {
        const id = session.planned_session_id;
        go(`/app/jour/${date}/nouvelle?type=${kind}&seance=${id}`);
        const kept = state.forms[`${date}/${id}`];
        show(kept ? { ...kept, restored: true } : { ...newForm(date, kind, start), key: `${date}/${id}`, session });
      },
      /** Has the place of the open form proposed to the coordination, or not. @param {boolean} proposes */
      propose(proposes) {
        if (state.form) set({ form: { ...state.form, proposes, touched: true, at: new Date().toISOString() } });
        void flush();
      },
      /** @param {string} key */
      async dropForm(key) {
        clearTimeout(formTimer);
        formTimer = undefined;
        set({ form: null, faults: [] });
        await careful(() => opened().dropForm(key));
        await changed();
      },
      /** Puts the open form into its day, unless something is wrong with it. */
      async commit() {
        const { form } = state;
        if (form) await end(form, () => put(form));
      },
      /** @param {string} date @param {string} id */
      async removeIntervention(date, id) {
        const { form } = state;
        if (form) await end(form, () => write(date, (report) => withoutIntervention(report, id), { said: state.words.removed, form: form.key }));
      },
      /** @param {string} date @param {Record<string, any>} one */
      async repeatOne(date, one) {
        const { words } = state;
        const said = words.added(words.kinds[/** @type {'workshop'} */ (one['kind'])].toLowerCase());
        await write(date, (report) => withIntervention(report, one), { said });
      },
      /** @param {string} day */
      dayName: (day) => longDay(state.language, day, state.today),
      /** @param {'fr' | 'en'} language */
      async setLanguage(language) {
        await own({ language });
        location.reload();
      },
    };
  }
}

/** Comes after the first paint. Where it does not, the service finds what is wrong. */
export const rules = () => import('./domain/rules.js');

/** @typedef {ReturnType<typeof actsOf>} Act */

/** @template {Record<string, any>} T @param {T[]} records @param {string} name @returns {Record<string, T>} */
const byName = (records, name) => Object.fromEntries(records.map((record) => [record[name], record]));
