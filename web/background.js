/**
 * What happens while somebody types: days are sent, what the service knows is refreshed, the worker is registered, a new
 * version waits for its turn.
 */

import { rules } from './acts.js';
import { dayIn } from './domain/days.js';
import { refresh } from './device/refresh.js';
import { pause, synchronise } from './device/send.js';
import { leave, speak } from './device/session.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./acts.js').Act} Act */
/** @typedef {import('./device/device.js').Device} Device */

/** After what is written, in milliseconds: undoing is free until then. */
const AFTER_WRITING = 3000;
const EACH_SECOND = 1000;
const EACH_MINUTE = 60 * EACH_SECOND;
/** What the service knows is asked for anew after so long. */
const REFRESH_AFTER = 15 * EACH_MINUTE;
/** A clock that is more than so many minutes wrong is said. */
const CLOCK_TOLERANCE = 10;

/** @param {State} state @param {Act} act */
export function begin(state, act) {
  speak(state.language);
  void rules().catch(() => {});
  const sender = senderOf(state, act);
  act.hooks.written = () => {
    sender.soon(AFTER_WRITING);
    void navigator.storage?.persist?.().then((persistent) => act.set({ persistent }), () => {});
    void backgroundSync();
  };
  addEventListener('quotidien-send', (event) => {
    const again = /** @type {CustomEvent} */ (event).detail === 'retry';
    void act.careful(() => (again ? act.opened().retry() : Promise.resolve())).then(sender.ask);
  });
  addEventListener('online', () => void sender.now());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    newDay(state, act);
    void sender.now();
  });
  setInterval(() => {
    if (document.hidden) return;
    newDay(state, act);
    const waits = !act.signedIn() || Object.values(state.days).some((day) => day.draft?.standing === 'waiting');
    if (waits && !sender.paused()) void sender.now();
  }, EACH_MINUTE);
  void navigator.storage?.persisted?.().then((persistent) => act.set({ persistent }), () => {});
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    act.set({ install: event });
  });
  void register(act);
  void sender.now();
}

/** @param {State} state @param {Act} act */
function newDay(state, act) {
  const today = dayIn(state.facts.organisation?.time_zone ?? 'Europe/Paris', new Date());
  if (today !== state.today) act.set({ today });
}

/** @param {State} state @param {Act} act */
function senderOf(state, act) {
  let failures = 0;
  let until = 0;
  /** Whether somebody asked, who wants to see what is so now. */
  let asked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** What is under way, and for whom. @type {{device: Device, done: Promise<void>} | null} */
  let running = null;

  /** @param {number} wait */
  function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => void now(), wait);
  }

  async function now() {
    // A session that was ended here without a network ends on the service with the first answer.
    if (!act.signedIn()) return leave().catch(() => {});
    if (!state.facts.me) return;
    clearTimeout(timer);
    const device = act.opened();
    if (running?.device !== device) {
      const done = once(device).catch((error) => {
        // Whoever signs out while something is sent closes the disk.
        if (act.isOpen(device)) throw error;
      });
      running = { device, done: done.finally(() => running?.device === device && (running = null)) };
    }
    await running.done;
  }

  /** @param {Device} device */
  async function once(device) {
    act.set({ sending: { ...state.sending, is: 'sending' } });
    const outcome = state.facts.me?.role === 'advisor' ? await synchronise(device, state.today) : { is: /** @type {const} */ ('done'), clock: null };
    if (!act.isOpen(device)) return;
    if (outcome.is === 'done') {
      failures = 0;
      until = 0;
      const at = new Date().toISOString();
      await act.careful(() => device.keep({ sentAt: at }));
      const { refreshedAt } = state.facts;
      const old = !refreshedAt || Date.now() - Date.parse(refreshedAt) > REFRESH_AFTER;
      if ((old || asked) && (await refresh(device).catch(() => false))) await act.careful(() => device.keep({ refreshedAt: at }));
      asked = false;
      if (!act.isOpen(device)) return;
      const off = outcome.clock === null ? null : Math.round((Date.now() - outcome.clock) / 60_000);
      await act.careful(() => device.forget(state.today));
      act.set({ sending: { is: 'done', at, problem: null }, clockOff: off !== null && Math.abs(off) >= CLOCK_TOLERANCE ? off : null });
    } else {
      failures += 1;
      act.set({ sending: { ...state.sending, is: outcome.is, problem: outcome.is === 'refused' ? outcome.problem : null } });
      if (outcome.is === 'lost' || outcome.is === 'wait') {
        const wait = pause(failures, outcome.is === 'wait' ? outcome.seconds : null, Math.random()) * 1000;
        until = Date.now() + wait;
        soon(wait);
      }
    }
    await act.changed();
    badge(state);
  }

  const ask = () => {
    asked = true;
    return now();
  };

  return { soon, now, ask, paused: () => Date.now() < until };
}

/** @param {State} state */
function badge(state) {
  const count = Object.values(state.days).filter((day) => day.draft).length;
  void navigator.setAppBadge?.(count).catch(() => {});
}

/** Has the browser send when there is a network again, also after the page was closed. */
async function backgroundSync() {
  const registration = await navigator.serviceWorker?.getRegistration('/app/');
  const { sync } = /** @type {any} */ (registration ?? {});
  await sync?.register('send').catch(() => {});
}

/** @param {Act} act */
async function register(act) {
  if (!navigator.serviceWorker) return;
  const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('quotidien', {
    createScriptURL: (/** @type {string} */ url) => {
      if (url !== '/app/sw.js') throw new TypeError('not the worker');
      return url;
    },
  });
  try {
    const url = policy ? policy.createScriptURL('/app/sw.js') : '/app/sw.js';
    const registration = await navigator.serviceWorker.register(url, { type: 'module', scope: '/app/', updateViaCache: 'none' });
    watch(registration, act);
    await navigator.serviceWorker.ready;
    act.set({ offlineReady: true });
  } catch (error) {
    console.error(error);
  }
}

/** A new version waits until somebody asks for it, or no page is open. @param {ServiceWorkerRegistration} registration @param {Act} act */
function watch(registration, act) {
  const waiting = () => {
    if (registration.waiting && navigator.serviceWorker.controller) act.set({ update: true });
  };
  waiting();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', waiting));
  addEventListener('quotidien-update', () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    // The browser lets the new version lead once the old one has nothing to do, and where the network stalls the old one may be sending
    // for minutes. Both are told each second until the new one leads: the browser may start the old one again meanwhile, to send.
    const lead = () => {
      const { waiting: fresh } = registration;
      if (!fresh) return;
      navigator.serviceWorker.controller?.postMessage('yield');
      fresh.postMessage('lead');
    };
    void act.flush().then(() => {
      lead();
      setInterval(lead, EACH_SECOND);
    });
  }, { once: true });
  setInterval(() => void registration.update().catch(() => {}), 60 * EACH_MINUTE);
}
