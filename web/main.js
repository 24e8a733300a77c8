/** Begins: reads the disk, shows the page, then has the rest come. */

import { actsOf } from './acts.js';
import { owner } from './device/owner.js';
import { focusOn, follow, routeOf } from './router.js';
import { storeOf } from './store.js';
import { icon } from './parts/fields.js';
import { banner, noticeBar } from './parts/sheet.js';
import { h, patch } from './parts/tree.js';
import { day } from './views/day.js';
import { intervention } from './views/intervention.js';
import fr from './words/fr.js';

/** @typedef {import('./store.js').State} State */
/** @typedef {import('./acts.js').Act} Act */
/** @typedef {import('./parts/tree.js').Nested} Nested */
/** A view: what the page shows of the state. @typedef {(state: State, act: Act) => Nested} View */

/** The pages of the coordination's field. */
const FIELD = ['terrain', 'lieux', 'partenaires', 'conventions', 'rencontres', 'ateliers', 'demandes', 'seances', 'recurrences', 'orientations', 'etiquettes'];
/** The page of the bar under which another one is found. @type {Record<string, string>} */
const UNDER = { choisir: 'envoi', ...Object.fromEntries([...FIELD, 'importer', 'national', 'plan'].map((name) => [name, 'terrain'])) };
/** The views that come when they are opened. @type {Record<string, () => Promise<Record<string, any>>>} */
const LATER = {
  // With what it uses, for whoever comes first waits for each round trip.
  connexion: () => Promise.all([import('./views/sign_in.js'), import('./device/refresh.js'), import('./device/session.js'), import('./device/link.js')]).then(([view]) => view),
  mois: () => import('./views/month.js'),
  envoi: () => import('./views/outbox.js'),
  choisir: () => import('./views/choose.js'),
  moi: () => import('./views/me.js'),
  accessibilite: () => import('./views/statement.js'),
  tableau: () => import('./board/board.js'),
  annexe: () => import('./board/annex.js'),
  publications: () => import('./board/publications.js'),
  equipe: () => import('./board/people.js'),
  organisation: () => import('./board/organisation.js'),
  correction: () => import('./board/correction.js'),
  importer: () => import('./board/places.js'),
  national: () => import('./board/places.js'),
  plan: () => import('./board/plan.js'),
  ...Object.fromEntries(FIELD.map((name) => [name, () => import('./board/field.js')])),
};
/** @type {Record<string, View>} */
const views = { jour: (state, act) => (state.route.id ? intervention(state, act) : day(state, act)) };

const build = document.querySelector('meta[name=quotidien-build]')?.getAttribute('content') ?? '';
const store = storeOf({
  language: 'fr', words: /** @type {Words} */ ({ ...fr }), build, route: routeOf(location), today: new Date().toISOString().slice(0, 10), days: {}, forms: {}, facts: {}, places: [], outcomes: [], form: null, faults: [],
  sending: { is: 'idle', at: null, problem: null }, notice: null, update: false, offlineReady: false, persistent: null, install: null, clockOff: null, email: null, page: {},
});
const { state } = store;
const act = actsOf(store);
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
let headed = '';

act.hooks.arrived = arrive;
act.hooks.words = laterWords;
follow(arrive);
void begin();

async function begin() {
  const who = await owner();
  await speak(who.language ?? (navigator.language.startsWith('en') ? 'en' : 'fr'));
  store.set({ email: who.email });
  addEventListener('pagehide', () => void act.flush());
  document.addEventListener('visibilitychange', () => void (document.hidden && act.flush()));
  if (who.account && !who.leaving && (!who.shared || (await sessionLives()))) await act.openAccount(who.account);
  // Before it is known who is signed in there is nothing to show.
  store.drawWith(draw);
  arrive(state.route);
  const { begin: beginSending } = await painted().then(() => import('./background.js'));
  void laterWords().catch(() => {});
  beginSending(state, act);
}

/** Whether a shared device has a session still: without one a start shows nothing. */
async function sessionLives() {
  const { ask } = await import('./device/session.js');
  return ask('GET', '/v1/me').then((told) => told.status === 200, () => false);
}

const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** @param {'fr' | 'en'} language */
async function speak(language) {
  document.documentElement.lang = language;
  if (language === 'en') store.set({ language, words: /** @type {Words} */ ({ ...(await import('./words/en.js')).default }) });
}

/** The words of the views that come later. */
async function laterWords() {
  const { default: words } = await (state.language === 'en' ? import('./words/en_later.js') : import('./words/fr_later.js'));
  Object.assign(state.words, words);
}

/** @param {import('./router.js').Route} route */
function arrive(route) {
  void act.flush();
  const signedIn = act.signedIn();
  const coordinator = state.facts.me?.role === 'coordinator';
  if (!signedIn && route.name !== 'connexion' && route.name !== 'accessibilite') return act.go('/app/connexion', { replace: true });
  if (signedIn && route.name === 'connexion' && state.sending.is !== 'signed_out') return act.go('/app/', { replace: true });
  if (coordinator && route.name === 'jour' && !route.query['de']) return act.go('/app/tableau', { replace: true });
  // A day of somebody else is corrected, not entered.
  if (coordinator && route.name === 'jour') return arrive({ ...route, name: 'correction' });
  if (route.name === 'jour' && !route.date) return act.go(`/app/jour/${state.today}${location.hash}`, { replace: true });
  const same = route.path === state.route.path;
  store.set({ route, form: null, faults: [], page: {}, notice: same || (route.name === 'jour' && !route.id) ? state.notice : null });
  void load(route.name);
  if (location.hash) setTimeout(() => focusOn(location.hash.slice(1)), 100);
}

/** @param {string} name */
async function load(name) {
  if (views[name]) return;
  const come = LATER[name];
  if (!come) return;
  try {
    const [found] = await Promise.all([come(), laterWords()]);
    Object.assign(views, found);
    store.set({});
  } catch (error) {
    // The files of this build are gone, and no worker kept them: a new page brings those of the next build.
    console.error(error);
    store.set({ notice: { text: state.words.failed, undo: () => location.reload(), label: state.words.retry } });
  }
}

function draw() {
  const { words, route } = state;
  const view = views[route.name];
  const known = view || route.name in LATER;
  const content = view ? view(state, act) : known ? h('div', { class: 'skeleton', 'aria-busy': 'true' }, h('div'), h('div'), h('div')) : h('h1', { tabindex: '-1' }, words.notFound);
  root.removeAttribute('aria-busy');
  patch(root,
    h('a', { class: 'skip', href: '#main' }, words.skip),
    act.signedIn() && top(),
    act.signedIn() && bar(),
    // Another element than the one that was painted first, which stood higher: nothing that is seen moves.
    h('main', { key: 'main', id: 'main', tabindex: '-1', class: `view-${route.name}` },
      state.update && banner('info', h('p', null, words.update), h('button', { type: 'button', onclick: () => dispatchEvent(new Event('quotidien-update')) }, words.updateNow)),
      content),
    state.notice && noticeBar(state.notice, () => store.set({ notice: null }), words.close),
  );
  say();
  const heading = root.querySelector('h1');
  document.title = heading ? `${heading.textContent} · Quotidien` : 'Quotidien';
  // What a page is restricted to is no other page.
  const page = route.path.split('?')[0] ?? '';
  // The heading takes the focus when a page is opened, not when the application begins.
  if (heading && view && page !== headed) {
    if (headed) heading.focus();
    scrollTo(0, 0);
    headed = page;
  }
}

/** Tells readers what was done and what is sent, in the region that they follow. */
function say() {
  const live = document.getElementById('live');
  const { count } = unsent();
  const text = state.notice?.text ?? (!act.signedIn() || state.sending.is === 'idle' ? '' : count > 0 ? state.words.unsent(count) : state.words.allSent);
  if (live && live.textContent !== text) live.textContent = text;
}

/** What the badge of Envoi says. */
function unsent() {
  const drafts = Object.values(state.days).filter((one) => one.draft);
  return { count: drafts.length, choice: drafts.some((one) => one.draft?.standing !== 'waiting') };
}

function top() {
  const { words, facts } = state;
  const initials = (facts.me?.name ?? '').split(/\s+/).map((part) => part.charAt(0)).slice(0, 2).join('');
  return h('header', { class: 'top' },
    h('a', { class: 'brand', href: '/app/' }, 'Quotidien'),
    h('a', { class: 'who', href: '/app/moi', 'aria-current': state.route.name === 'moi' ? 'page' : null },
      h('span', { 'aria-hidden': 'true' }, initials || icon('person')), h('span', { class: 'unseen' }, [words.me, facts.me?.name].filter(Boolean).join(', '))));
}

function bar() {
  const { words, route, facts } = state;
  const { count, choice } = unsent();
  const link = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ symbol, /** @type {Nested} */ badge = null) =>
    h('a', { href: `/app/${name}`, class: name === 'publications' ? 'wide-only' : null, 'aria-current': route.name === name ? 'page' : UNDER[route.name] === name ? 'true' : null }, icon(symbol), h('span', null, label), badge);
  const badge = count > 0 && h('span', { class: choice ? 'badge urgent' : 'badge' },
    h('span', { 'aria-hidden': 'true' }, choice ? '!' : count), h('span', { class: 'unseen' }, choice ? words.needsChoice : words.unsent(count)));
  const links = facts.me?.role === 'coordinator'
    ? [link('tableau', words.board, 'board'), link('annexe', words.annex, 'chart'), link('terrain', words.field, 'place'), link('publications', words.publications, 'paper'), link('equipe', words.team, 'person')]
    : [link('jour', words.myDay, 'day'), link('mois', words.myDays, 'month'), link('envoi', words.sending, 'send', badge)];
  return h('nav', { class: 'bar', 'aria-label': words.main }, links);
}
