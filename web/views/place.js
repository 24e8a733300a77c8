/** Another place: searched in the organisation's by name or commune, or said in words. */

import { PLACE_NAME_MAX } from '../domain/intervention.js';
import { check, chips, text } from '../parts/fields.js';
import { communeOf, knowsField, optionsOf } from '../parts/labels.js';
import { h } from '../parts/tree.js';
import { plain } from '../words/format.js';

/** @typedef {import('../store.js').State} State */
const FOUND_MAX = 6;

/** @param {State} state @param {import('../acts.js').Act} act @param {import('../domain/form.js').Form} form */
export function place(state, act, form) {
  const { words } = state;
  const { fields } = form;
  const sought = state.page['sought'] ?? '';
  const found = search(state, sought);
  return h('div', { class: 'stack inset', key: 'other-place' },
    state.places.length > 0 && text({ id: 'sought', label: words.searchPlace, hint: words.searchHint, value: sought, type: 'search', oninput: (value) => act.page({ sought: value }) },
      sought && h('ul', { class: 'found' }, found.map((one) => h('li', { key: one.place_id },
        h('button', { type: 'button', onclick: () => take(state, act, form, one) }, one.name, h('span', { class: 'soft' }, communeOf(state, one.commune_code)))))),
      sought && found.length === 0 && h('p', { class: 'hint' }, words.noPlace)),
    chips({ id: 'settings', label: words.setting, options: optionsOf(state, 'settings'), value: fields['setting'] ?? '', onchange: (setting) => act.edit({ setting }) }),
    text({ id: 'place_name', label: words.placeName, value: fields['place_name'] ?? '', maxlength: PLACE_NAME_MAX, oninput: (name) => act.edit({ place_name: name || undefined, place_id: undefined }) }),
    text({
      id: 'commune_code', label: words.commune, hint: words.communeHint, list: 'communes', value: state.page['commune'] ?? communeOf(state, fields['commune_code']) ?? '',
      oninput: (name) => {
        act.page({ commune: name });
        act.edit({ commune_code: codeOf(state, name), place_id: undefined });
      },
    }, h('datalist', { id: 'communes' }, (state.facts.communes ?? []).map((one) => h('option', { key: one.code, value: one.name })))),
    proposable(state, fields) && check('proposes', words.proposePlace, form.proposes ?? false, (yes) => act.propose(yes), words.proposed));
}

/** Whether a place is complete, and none that the organisation has. @param {State} state @param {Record<string, any>} fields */
function proposable(state, fields) {
  const { place_name: name, commune_code: code } = fields;
  if (!name || !state.facts.communes?.some((one) => one.code === code)) return false;
  return !state.places.some((one) => one.commune_code === code && plain(one.name) === plain(name.trim()));
}

/** @param {State} state @param {import('../acts.js').Act} act @param {import('../domain/form.js').Form} form @param {any} one */
function take(state, act, form, one) {
  act.page({ place: false, sought: '', commune: undefined });
  act.edit({ setting: form.fields['setting'] ?? 'partner_site', place_name: one.name, commune_code: one.commune_code, place_id: knowsField(state) ? one.place_id : undefined });
}

/** A name of the list, or a code; what is neither is left as it was typed, for the fault to be said. @param {State} state @param {string} name */
function codeOf(state, name) {
  const typed = plain(name.trim());
  return typed ? (state.facts.communes?.find((one) => plain(one.name) === typed)?.code ?? name.trim()) : undefined;
}

/** The places whose name or commune has all the words. @param {State} state @param {string} sought */
function search(state, sought) {
  const sought_words = plain(sought).split(/\s+/).filter(Boolean);
  const fits = (/** @type {any} */ one) => {
    const text = plain(`${one.name} ${communeOf(state, one.commune_code)}`);
    return sought_words.every((word) => text.includes(word));
  };
  return state.places.filter((one) => one.place_id && fits(one)).slice(0, FOUND_MAX);
}
