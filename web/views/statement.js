/** The accessibility statement, which public bodies owe. */

import { h } from '../parts/tree.js';

/** @typedef {import('../store.js').State} State */

/** @param {State} state @param {import('../acts.js').Act} act */
function accessibilite(state, act) {
  /** @type {typeof import('../words/statement_fr.js').default | undefined} */
  const statement = state.page['statement'];
  if (!statement) {
    void (state.language === 'en' ? import('../words/statement_en.js') : import('../words/statement_fr.js')).then((module) => act.page({ statement: module.default }));
    return h('p', { class: 'hint' }, state.words.loading);
  }
  return h('article', { class: 'stack' },
    h('h1', { tabindex: '-1' }, statement.title),
    statement.parts.map(([title, texts]) => h('section', { class: 'prose' },
      title && h('h2', null, title),
      Array.isArray(texts) && (texts.length > 1 ? h('ul', null, texts.map((text) => h('li', null, text))) : h('p', null, texts)))),
    h('p', null, h('a', { class: 'button', href: '/app/' }, state.words.back)));
}

export { accessibilite };
