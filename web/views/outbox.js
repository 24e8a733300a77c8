/** Envoi: where everything is, in one sentence, and what waits. */

import { banner } from '../parts/sheet.js';
import { h } from '../parts/tree.js';
import { capital, hour, longDay } from '../words/format.js';

/** @typedef {import('../store.js').State} State */

/** @param {State} state */
function envoi(state) {
  const { words, sending } = state;
  const drafts = Object.values(state.days).filter((day) => day.draft).sort((a, b) => (a.date < b.date ? -1 : 1));
  const of = (/** @type {string} */ standing) => drafts.filter((day) => day.draft?.standing === standing);
  return [
    h('h1', { tabindex: '-1' }, words.sending),
    h('p', { class: drafts.length ? 'verdict' : 'verdict good', key: 'verdict', role: 'status' }, verdict(state, drafts.length)),
    state.clockOff !== null && banner('warning', h('p', null, words.clockOff(state.clockOff))),
    sending.is === 'signed_out' && banner('warning', h('p', null, words.sessionEnded), h('a', { class: 'button', href: '/app/connexion' }, words.signIn)),
    sending.is === 'refused' && banner('warning', h('p', null, words.needsUpdate), sending.problem && h('p', { class: 'soft' }, sending.problem.title, ' ', sending.problem.detail)),
    h('button', { type: 'button', class: 'main wide', key: 'now', onclick: () => dispatchEvent(new Event('quotidien-send')) }, words.sendNow),
    part(state, words.toChoose, of('clash'), (day) => h('a', { class: 'button', href: `/app/choisir/${day.date}` }, words.chooseNow)),
    part(state, words.refusedOnes, of('refused'), (day) => [h('p', { class: 'fault' }, day.draft?.problem?.detail ?? day.draft?.problem?.title)],
      h('button', { type: 'button', onclick: () => dispatchEvent(new CustomEvent('quotidien-send', { detail: 'retry' })) }, words.sendAgain)),
    part(state, words.waitingOnes, of('waiting'), (day) => h('p', { class: 'soft' }, day.draft?.recorded_at && words.since(hour(state.language, day.draft.recorded_at)))),
    h('p', { class: 'hint', key: 'last' }, words.lastAnswer, ' ', sentAt(state) ?? words.noAnswerYet),
  ];
}

/** @param {State} state */
function sentAt(state) {
  const at = state.sending.at ?? state.facts.sentAt;
  return at && hour(state.language, at);
}

/** @param {State} state @param {number} count */
function verdict(state, count) {
  const { words, sending } = state;
  const at = sentAt(state);
  if (sending.is === 'sending') return words.sendingNow;
  const all = at ? words.allSentAt(at) : words.allSent;
  const trouble = sending.is === 'lost' ? words.lost : sending.is === 'wait' ? words.waitAsked : '';
  const stuck = Object.values(state.days).filter((day) => day.draft && day.draft.standing !== 'waiting').length;
  if (count > 0 && stuck === count) return `${words.toCheck(count)} ${words.kept}`;
  return count === 0 ? all : `${words.toSend(count)} ${words.kept} ${trouble}`;
}

/**
 * @param {State} state @param {string} title @param {import('../device/device.js').Day[]} days
 * @param {(day: import('../device/device.js').Day) => import('../parts/tree.js').Nested} more @param {...import('../parts/tree.js').Nested} after
 */
function part(state, title, days, more, ...after) {
  if (days.length === 0) return null;
  return h('section', { key: title, class: 'stack' }, h('h2', null, title),
    h('ul', { class: 'cards' }, days.map((day) => h('li', { key: day.date, class: 'card row' },
      h('a', { href: `/app/jour/${day.date}` }, capital(longDay(state.language, day.date, state.today))), more(day)))),
    after);
}

export { envoi };
