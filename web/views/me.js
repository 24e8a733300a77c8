/** Oneself: devices, password, data, language, signing out. */

import { itemOf } from '../device/device.js';
import { ask, signOut } from '../device/session.js';
import { check, text } from '../parts/fields.js';
import { banner, sheet } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { plainDay } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */

/** @param {State} state @param {Act} act */
function moi(state, act) {
  const { words, facts, page } = state;
  const drafts = Object.values(state.days).filter((day) => day.draft);
  return [
    h('h1', { tabindex: '-1' }, facts.me?.name ?? words.me),
    h('p', { class: 'soft', key: 'who' }, [facts.me && words.roles[facts.me.role], facts.organisation?.name, facts.me?.email].filter(Boolean).join(' · ')),
    state.persistent === false && !standalone() && banner('warning', h('p', null, words.notPersistent)),
    !isSecureContext && banner('warning', h('p', null, words.notSecure)),
    install(state),
    facts.me?.role === 'coordinator' && h('a', { class: 'button', href: '/app/organisation', key: 'organisation' }, words.organisation),
    devices(state, act),
    password(state, act),
    h('section', { key: 'data', class: 'stack' }, h('h2', null, words.myData),
      h('button', { type: 'button', onclick: () => void exportData(act) }, words.exportData),
      drafts.length > 0 && h('p', { class: 'hint' }, words.exportUnsentHint),
      drafts.length > 0 && h('button', { type: 'button', onclick: () => download('quotidien-envoi.json', { items: drafts.map((day) => day.draft && itemOf(day.date, day.draft)) }) }, words.exportUnsent)),
    h('section', { key: 'language', class: 'stack' }, h('fieldset', { class: 'chips' }, h('legend', null, words.language), h('div', { class: 'choices' },
      /** @type {const} */ ([['fr', 'Français'], ['en', 'English']]).map(([code, name]) => h('label', { class: 'chip' },
        h('input', { type: 'radio', name: 'language', checked: state.language === code, onchange: () => void act.setLanguage(code) }), h('span', { lang: code }, name)))))),
    h('section', { key: 'out', class: 'stack' },
      h('button', { type: 'button', class: 'danger', onclick: () => (drafts.length > 0 ? act.page({ leaving: true }) : void out(state, act, false)) }, words.signOut),
      h('p', { class: 'hint' }, `${words.version} ${state.build} · `, h('a', { href: '/app/accessibilite' }, words.accessibility))),
    page['leaving'] && sheet('leaving', words.signOut, words.close, () => act.page({ leaving: false }),
      h('p', null, words.signOutUnsent(drafts.length)),
      h('div', { class: 'stack' },
        h('button', { type: 'button', class: 'main', onclick: () => { act.page({ leaving: false }); dispatchEvent(new Event('quotidien-send')); act.go('/app/envoi'); } }, words.sendFirst),
        h('button', { type: 'button', onclick: () => void out(state, act, true) }, words.keepHidden),
        h('button', { type: 'button', class: 'danger', onclick: () => void out(state, act, false) }, words.eraseThem))),
  ];
}

const standalone = () => matchMedia('(display-mode: standalone)').matches;

/** @param {State} state */
function install(state) {
  const { words } = state;
  const apple = /iPhone|iPad/.test(navigator.userAgent);
  if (standalone() || (!state.install && !apple)) return null;
  return h('section', { key: 'install', class: 'stack' },
    h('p', null, apple ? words.installIos : words.installHint),
    state.install && h('button', { type: 'button', class: 'main', onclick: () => void state.install.prompt() }, words.install));
}

/** @param {State} state @param {Act} act */
function devices(state, act) {
  const { words, language, page } = state;
  if (!page['asked']) {
    queueMicrotask(() => {
      act.page({ asked: true });
      void fetchDevices(act);
    });
  }
  const end = async (/** @type {string} */ id) => {
    await ask('DELETE', `/v1/sessions/${id}`).catch(() => null);
    await fetchDevices(act);
  };
  /** @type {Schemas['Session'][] | null | undefined} */
  const sessions = page['sessions'];
  return h('section', { key: 'devices', class: 'stack' }, h('h2', null, words.devices),
    sessions
      ? h('ul', { class: 'cards' }, sessions.map((session) => h('li', { key: session.session_id, class: 'card row' },
        h('p', null, deviceName(session.device) ?? words.otherDevice, ' ', h('span', { class: 'soft' }, session.current ? words.thisDevice : words.lastSeen(plainDay(language, session.refreshed_at.slice(0, 10), state.today)))),
        !session.current && h('button', { type: 'button', class: 'quiet', onclick: () => void end(session.session_id) }, words.endSession))))
      : h('p', { class: 'hint' }, sessions === null ? words.needsNetwork : words.loading));
}

/** « Firefox · Android », of what a browser says of itself. @param {string | null} agent */
function deviceName(agent) {
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((name) => agent?.includes(`${name}/`));
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((name) => agent?.includes(name));
  return [browser, system].filter(Boolean).join(' · ') || agent;
}

/** @param {Act} act */
async function fetchDevices(act) {
  const told = await ask('GET', '/v1/sessions').catch(() => null);
  act.page({ sessions: told?.status === 200 ? told.body.items : null });
}

/** @param {State} state @param {Act} act */
function password(state, act) {
  const { words, page } = state;
  const change = async () => {
    const told = await ask('PUT', '/v1/me/password', { current_password: page['current'] ?? '', password: page['next'] ?? '' }).catch(() => null);
    if (told && told.status < 300) {
      act.page({ current: '', next: '', wrong: null });
      return act.say(words.passwordChanged);
    }
    act.page({ wrong: told?.body ?? { title: words.lost, errors: [] } });
  };
  const fault = (/** @type {string} */ name) => page['wrong']?.errors?.find((/** @type {any} */ one) => one.pointer === `/${name}`)?.detail;
  const type = page['shown'] ? 'text' : 'password';
  return h('details', { key: 'password', class: 'others' }, h('summary', null, words.changePassword),
    h('form', { class: 'stack', novalidate: true, onsubmit: (event) => { event.preventDefault(); void change(); } },
      page['wrong'] && h('div', { class: 'banner warning', role: 'alert' }, h('p', null, page['wrong'].detail ?? page['wrong'].title)),
      h('input', { type: 'hidden', name: 'username', autocomplete: 'username', value: state.email ?? '' }),
      text({ id: 'current', label: words.currentPassword, type, autocomplete: 'current-password', value: page['current'] ?? '', fault: fault('current_password'), oninput: (value) => act.page({ current: value }) }),
      text({ id: 'next', label: words.newPassword, hint: words.newPasswordHint, type, autocomplete: 'new-password', value: page['next'] ?? '', fault: fault('password'), oninput: (value) => act.page({ next: value }) }),
      check('shown', words.showPassword, page['shown'] ?? false, (shown) => act.page({ shown })),
      h('button', { type: 'submit', class: 'main' }, words.changePassword)));
}

/** @param {Act} act */
async function exportData(act) {
  const told = await ask('GET', '/v1/me/export').catch(() => null);
  if (told?.status === 200) download('quotidien-mes-donnees.json', told.body);
  else act.say(told?.body?.detail ?? told?.body?.title ?? '');
}

/** @param {string} name @param {unknown} content */
function download(name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {State} state @param {Act} act @param {boolean} hide */
async function out(state, act, hide) {
  const account = state.facts.me?.account_id ?? '';
  await act.closeAccount();
  await signOut(account, hide);
  await act.changed();
  act.set({ email: null, sending: { is: 'idle', at: null, problem: null } });
  act.go('/app/connexion', { replace: true });
}

export { moi };
