/** Signing in, the first time and when a session has ended while days wait. */

import { Lost, once } from '../device/link.js';
import { own } from '../device/owner.js';
import { ask, signIn } from '../device/session.js';
import { refresh } from '../device/refresh.js';
import { check, text } from '../parts/fields.js';
import { banner } from '../parts/sheet.js';
import { h } from '../parts/tree.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */

/** @param {State} state @param {Act} act */
function connexion(state, act) {
  const { words, page } = state;
  const email = page['email'] ?? state.email ?? '';
  const waiting = Object.values(state.days).filter((day) => day.draft).length;
  const seconds = Math.ceil(((page['until'] ?? 0) - Date.now()) / 1000);
  return h('form', {
    class: 'form sign-in', novalidate: true, key: 'sign-in',
    onsubmit: (event) => { event.preventDefault(); void enter(state, act, email); },
  },
  h('p', { class: 'brand big' }, 'Quotidien'),
  h('h1', { tabindex: '-1' }, words.signIn),
  state.sending.is === 'signed_out' ? banner('info', h('p', null, words.sessionEnded, ' ', waiting > 0 && words.daysStay(waiting))) : h('p', { class: 'soft' }, words.signInLead),
  !isSecureContext && banner('warning', h('p', null, words.notSecure)),
  page['problem'] && h('div', { class: 'banner warning', role: 'alert', id: 'problem' }, h('p', null, page['problem'], seconds > 0 && ` ${words.waitSeconds(seconds)}`)),
  page['said'] && banner('good', h('p', { role: 'status' }, page['said'])),
  text({ id: 'email', label: words.email, type: 'email', autocomplete: 'username', value: email, required: true, oninput: (value) => act.page({ email: value }) }),
  text({
    id: 'password', label: words.password, type: page['shown'] ? 'text' : 'password', autocomplete: 'current-password', value: page['password'] ?? '', required: true,
    oninput: (value) => act.page({ password: value }),
  }),
  check('shown', words.showPassword, page['shown'] ?? false, (shown) => act.page({ shown })),
  check('shared', words.sharedDevice, page['shared'] ?? false, (shared) => act.page({ shared }), words.sharedHint),
  h('button', { type: 'submit', class: 'main wide', disabled: page['busy'] ?? false }, words.signIn),
  h('button', { type: 'button', class: 'quiet', onclick: () => void forgotten(state, act, email) }, words.forgotten),
  h('p', { class: 'hint' }, h('a', { href: '/app/accessibilite' }, words.accessibility)));
}

/** @param {State} state @param {Act} act @param {string} email */
async function enter(state, act, email) {
  const { words, page } = state;
  act.page({ busy: true, problem: null, said: null });
  try {
    const told = await signIn(email, page['password'] ?? '', !page['shared']);
    if (told.status !== 201) return refused(state, act, told);
    const me = await ask('GET', '/v1/me');
    if (me.status !== 200) return refused(state, act, me);
    await own({ account: me.body.account_id, email: me.body.email, shared: page['shared'] ?? false, leaving: false });
    await act.openAccount(me.body.account_id);
    await act.opened().keep({ me: me.body });
    await refresh(act.opened());
    await act.changed();
    act.set({ sending: { ...state.sending, is: 'idle' }, email: me.body.email, page: {} });
    dispatchEvent(new Event('quotidien-send'));
    act.go('/app/', { replace: true });
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    act.page({ busy: false, problem: act.signedIn() ? words.lost : words.firstNeedsNetwork });
  }
}

/** @param {State} state @param {Act} act @param {import('../device/link.js').Answer} told */
function refused(state, act, told) {
  const until = told.retryAfter ? Date.now() + told.retryAfter * 1000 : 0;
  act.page({ busy: false, problem: told.body?.detail ?? told.body?.title ?? state.words.failed, until });
  const count = setInterval(() => {
    act.set({});
    if (Date.now() > until) {
      clearInterval(count);
      if (until > 0) act.page({ problem: null });
    }
  }, 1000);
}

/** @param {State} state @param {Act} act @param {string} email */
async function forgotten(state, act, email) {
  const { words } = state;
  if (!email) return act.page({ problem: words.resetNeedsEmail });
  const told = await once('POST', '/v1/passwords/reset', { email }).catch(() => null);
  act.page(told?.status === 202 ? { said: words.resetSent, problem: null } : { problem: told?.body?.detail ?? words.lost });
}

export { connexion };
