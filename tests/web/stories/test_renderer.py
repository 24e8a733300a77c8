"""The renderer, in a browser: what is on the page stays what it was, wherever it goes."""

import pytest

IMPORT = """async (work) => {
  const build = document.querySelector('meta[name=quotidien-build]').content;
  const tree = await import(`/app/${build}/parts/tree.js`);
  const host = document.createElement('div');
  document.body.append(host);
"""


@pytest.fixture
def page(phone):
    """A page of the application, before anybody signs in."""
    page = phone.open("/app/connexion")
    page.get_by_role("heading", level=1).wait_for()
    return page


def run(page, body):
    """What a body of JavaScript gives that has `tree` and an empty `host`."""
    return page.evaluate(IMPORT + body + "}")


def test_an_element_that_moves_keeps_its_focus_and_caret(page):
    assert run(page, """
      const list = (keys) => tree.patch(host, tree.h('ul', null, keys.map((key) =>
        tree.h('li', {key}, tree.h('input', {id: `i${key}`, value: 'text'})))));
      list([1, 2, 3, 4]);
      const field = host.querySelector('#i2');
      field.focus();
      field.setSelectionRange(1, 3);
      list([4, 3, 2, 1]);
      return [host.querySelector('#i2') === field, document.activeElement === field, field.selectionStart, field.selectionEnd,
        [...host.querySelectorAll('input')].map((one) => one.id).join(' ')];
    """) == [True, True, 1, 3, "i4 i3 i2 i1"]


def test_what_somebody_types_stays_while_the_rest_of_the_page_changes(page):
    assert run(page, """
      const draw = (count, value) => tree.patch(host, tree.h('p', null, count), tree.h('input', {id: 'typed', value}));
      draw(1, '');
      const field = host.querySelector('#typed');
      field.value = 'typed';
      draw(2, 'typed');
      return [host.querySelector('#typed') === field, field.value, host.querySelector('p').textContent];
    """) == [True, "typed", "2"]


def test_the_heading_takes_the_focus_of_what_is_gone(page):
    assert run(page, """
      tree.patch(host, tree.h('h1', {tabindex: '-1'}, 'Title'), tree.h('button', {id: 'gone'}, 'Go'));
      host.querySelector('#gone').focus();
      tree.patch(host, tree.h('h1', {tabindex: '-1'}, 'Title'));
      return document.activeElement.textContent;
    """) == "Title"


def test_text_that_looks_like_markup_is_text(page):
    assert run(page, """
      tree.patch(host, tree.h('p', {title: '"><b>'}, '<img src=x onerror=alert(1)>'));
      return [host.querySelectorAll('img, b').length, host.textContent];
    """) == [0, "<img src=x onerror=alert(1)>"]


def test_attributes_and_handlers_that_are_left_out_are_gone(page):
    assert run(page, """
      let clicks = 0;
      const draw = (attributes) => tree.patch(host, tree.h('button', attributes));
      draw({class: 'a', disabled: true, 'aria-label': 'x', onclick: () => { clicks += 1; }});
      draw({});
      const button = host.querySelector('button');
      button.click();
      return [button.getAttributeNames(), button.disabled, clicks];
    """) == [[], False, 0]
