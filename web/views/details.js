/** The rest of an intervention: who the people were, what follows, who sent them, a note. */

import { NOTE_MAX } from '../domain/intervention.js';
import { check, chips, counts, text } from '../parts/fields.js';
import { optionsOf } from '../parts/labels.js';
import { h } from '../parts/tree.js';
import { faultAt } from './intervention.js';

/** @param {import('../store.js').State} state @param {import('../acts.js').Act} act @param {import('../domain/form.js').Form} form */
export function details(state, act, form) {
  const { words } = state;
  const { fields } = form;
  const groups = (/** @type {string} */ id, /** @type {string} */ label, /** @type {(count: number) => string} */ rest) =>
    counts({
      id, label, rest, options: optionsOf(state, id), value: fields[id] ?? {}, most: fields['participants'] ?? 0, less: words.less, more: words.more,
      fault: faultAt(state, id), onchange: (value) => act.edit({ [id]: value }),
    });
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
    chips({
      id: 'principle', label: words.principle, options: [...optionsOf(state, 'principles'), { value: '', label: words.none }], value: fields['principle'] ?? '',
      fault: faultAt(state, 'principle'), onchange: (code) => act.edit({ principle: code || undefined }),
    }),
    text({
      id: 'note', label: words.note, hint: words.noteHint, rows: 4, maxlength: NOTE_MAX, value: fields['note'] ?? '', fault: faultAt(state, 'note'),
      oninput: (note) => act.edit({ note }),
    }));
}
