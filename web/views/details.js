/** The rest of an intervention: who the people were, what follows, who sent them, a note. */

import { PROCEDURE } from '../domain/form.js';
import { NOTE_MAX } from '../domain/intervention.js';
import { check, chips, counts, text } from '../parts/fields.js';
import { knowsField, optionsOf } from '../parts/labels.js';
import { h } from '../parts/tree.js';
import { faultAt } from './intervention.js';

/** @typedef {import('../store.js').State} State */
/** @typedef {import('../acts.js').Act} Act */
/** @typedef {import('../domain/form.js').Form} Form */

/** @param {State} state @param {Act} act @param {Form} form */
export function details(state, act, form) {
  const { words } = state;
  const { fields } = form;
  const groups = (/** @type {string} */ id, /** @type {string} */ label, /** @type {(count: number) => string} */ rest) =>
    counts({
      id, label, rest, options: optionsOf(state, id), value: fields[id] ?? {}, most: fields['participants'] ?? 0, less: words.less, more: words.more,
      fault: faultAt(state, id), onchange: (value) => act.edit({ [id]: value }),
    });
  if (fields['assisting']) return h('div', { class: 'stack', key: 'more' }, practice(state, act, form), last(state, act, form));
  return h('div', { class: 'stack', key: 'more' },
    groups('age_groups', words.ages, words.undisclosed),
    groups('genders', words.genders, words.undisclosed),
    groups('situations', words.situations, words.undisclosed),
    groups('follow_ups', words.followUps, words.notSaid),
    fields['follow_ups']?.redirected > 0 && chips({
      id: 'redirected_to', label: words.redirectedTo, options: optionsOf(state, 'redirected_to'), value: fields['redirected_to'] ?? [],
      fault: faultAt(state, 'redirected_to'), onchange: (codes) => act.edit({ redirected_to: codes }),
    }),
    check('referred_by_social_worker', words.referred, fields['referred_by_social_worker'] ?? false, (yes) => act.edit({ referred_by_social_worker: yes })),
    fields['referred_by_social_worker'] && check('first_visit_accompanied', words.accompanied, fields['first_visit_accompanied'] ?? false, (yes) => act.edit({ first_visit_accompanied: yes })),
    practice(state, act, form),
    last(state, act, form));
}

/** What the national form asks. @param {State} state @param {Act} act @param {Form} form */
function practice(state, act, form) {
  if (!knowsField(state)) return null;
  const { words } = state;
  const { fields } = form;
  const one = (/** @type {string} */ id, /** @type {string} */ list, /** @type {string} */ label) => chips({
    id, label, options: [...optionsOf(state, list), { value: '', label: words.notTold }], value: fields[id] ?? '', fault: faultAt(state, id),
    onchange: (code) => act.edit({ [id]: code || undefined }),
  });
  const line = (/** @type {string} */ id, /** @type {string} */ label) =>
    text({ id, label, value: fields[id] ?? '', maxlength: 200, fault: faultAt(state, id), oninput: (value) => act.edit({ [id]: value }) });
  return [
    chips({ id: 'equipment', label: words.equipment, options: optionsOf(state, 'equipment'), value: fields['equipment'] ?? [], fault: faultAt(state, 'equipment'), onchange: (codes) => act.edit({ equipment: codes }) }),
    form.kind === 'workshop' ? one('level', 'levels', words.level) : one('autonomy', 'autonomies', words.autonomy),
    form.kind === 'workshop' && line('title', words.workshopTitle),
    PROCEDURE.test((fields['themes'] ?? []).join(' ')) && line('procedure', words.procedure),
  ];
}

/** @param {State} state @param {Act} act @param {Form} form */
function last(state, act, form) {
  const { words } = state;
  const { fields } = form;
  return [
    chips({
      id: 'principle', label: words.principle, options: [...optionsOf(state, 'principles'), { value: '', label: words.none }], value: fields['principle'] ?? '',
      fault: faultAt(state, 'principle'), onchange: (code) => act.edit({ principle: code || undefined }),
    }),
    text({
      id: 'note', label: words.note, hint: words.noteHint, rows: 4, maxlength: NOTE_MAX, value: fields['note'] ?? '', fault: faultAt(state, 'note'),
      oninput: (note) => act.edit({ note }),
    }),
  ];
}
