"""What holds for a page in every state: it can be read by all, whatever their screen, theme and text; every control is reached
by keyboard and met by a thumb."""

import contextlib
import re

from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from stage import AXE, ROOT

WIDE, PHONE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 640}, {"width": 320, "height": 640}
# Without it a page that comes later is looked at while it comes.
QUIET = "main .skeleton, [aria-busy=true]"

# The rules that a theme may break, and those that a size may. All of them hold for what is on the page, which is the same in every
# theme and at every size but for this: at the desk nothing of it is hidden.
COLOURS, SIZES = ["color-contrast", "link-in-text-block"], ["target-size", "scrollable-region-focusable"]

# What moves is judged when it has come to rest: half-way it is half seen.
VIOLATIONS = """async (rules) => {
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map((one) => one.finished));
  const found = await axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} (${node.any[0]?.message ?? ''})`).join(', ')}`);
}"""
TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const far = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll'));
  return [`${document.documentElement.scrollWidth - innerWidth} px too wide: ${far.slice(-2).map((one) => one.outerHTML.slice(0, 120)).join(' … ')}`];
}"""
# Words that stand letter below letter, since nothing but the width of one was left to them.
CRUSHED = """() => [...document.querySelectorAll('main *')].filter((one) => {
  const words = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join('');
  if (words.length < 4 || one.closest('.unseen')) return false;
  const range = document.createRange();
  range.selectNodeContents(one);
  const { width, height } = range.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(one).fontSize);
  return width > 0 && width < 2 * size && height > 3 * size;
}).map((one) => `crushed: ${one.outerHTML.slice(0, 120)}`)"""
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter((one) => {
  const target = one.matches('input[type=checkbox], input[type=radio]') ? one.labels[0] ?? one : one;
  const box = target.getBoundingClientRect();
  if (box.width === 0 || getComputedStyle(target).visibility === 'hidden') return false;
  const inline = one.matches('a') && getComputedStyle(one).display === 'inline';
  // What is only shown when it has the focus, for whoever goes by keyboard.
  if (box.bottom <= 0 && getComputedStyle(one).position !== 'static') return false;
  return box.height < (inline ? 24 : 44) || (!inline && box.width < 44);
}).map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)} ${one.id} ${JSON.stringify(one.getBoundingClientRect())}`)"""
MOVING = """() => [...document.querySelectorAll('*')].filter((one) => {
  const style = getComputedStyle(one);
  return [style.transitionDuration, style.animationDuration].some((all) => all.split(',').some((each) => parseFloat(each) > 0.01));
}).map((one) => one.outerHTML.slice(0, 80))"""
# All that takes the focus, but of radios one a group; inside of an open dialog nothing else does.
BEGIN_TABBING = """() => {
  const dialogs = [...document.querySelectorAll('dialog[open]')];
  const root = dialogs.at(-1) ?? document;
  const groups = new Set();
  window.unreached = new Set([...root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || one.getClientRects().length === 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.type !== 'radio') return true;
    if (groups.has(one.name)) return false;
    groups.add(one.name);
    return true;
  }));
  window.unseen = [];
  window.reach ??= addEventListener('focusin', ({ target }) => {
    for (const one of unreached) if (one === target || (one.type === 'radio' && target.type === 'radio' && one.name === target.name)) unreached.delete(one);
    const seen = target.closest('label') ?? target;
    const outlines = [target, target.nextElementSibling, seen].filter(Boolean).map((one) => getComputedStyle(one).outlineStyle);
    if (seen.getBoundingClientRect().width === 0 || !outlines.includes('solid')) unseen.push(target.outerHTML.slice(0, 120));
  }) ?? true;
  document.activeElement?.blur();
  return unreached.size;
}"""
TABBED = """() => [[...unreached].map((one) => `not reached: ${one.outerHTML.slice(0, 120)}`), unseen.map((one) => `focus not seen: ${one}`)].flat()"""


def views():
    """The first parts of the addresses that the application knows, from its own table."""
    table = re.search(r"const LATER = \{(.*?)\n\};", (ROOT / "web" / "main.js").read_text(), re.S)
    names = re.findall(r"^  (\w+):", table.group(1), re.M)
    assert len(names) > 10, names
    return ["jour", *names]


def field_views():
    """Those of the coordination's field, which stand in the table as a list."""
    names = re.findall(r"'(\w+)'", re.search(r"const FIELD = \[(.*?)\]", (ROOT / "web" / "main.js").read_text(), re.S).group(1))
    assert len(names) > 10, names
    return names


def settle(page):
    """Waits until a page shows what it has to show."""
    page.get_by_role("heading", level=1).first.wait_for()
    expect(page.locator(QUIET)).to_have_count(0, timeout=30_000)
    # A request that a page broke off when it was left is sometimes waited for in vain.
    with contextlib.suppress(TooLate):
        page.wait_for_load_state("networkidle", timeout=5_000)


def unfold(page):
    """Opens all that is folded."""
    page.locator("main details:not([open]) > summary").evaluate_all("(all) => all.forEach((one) => one.click())")
    settle(page)


def tabbed(page):
    """Goes through a page with the tabulator; what was not reached, and where the focus was not seen."""
    count = page.evaluate(BEGIN_TABBING)
    for pressed in range(count + 12):
        page.keyboard.press("Tab")
        if pressed + 1 >= count and page.evaluate("unreached.size") == 0:
            break
    return page.evaluate(TABBED)


def glance(page, size, rules=None):
    """What is wrong with a page at a size in both themes, which change on the page that is open; by all rules, or by these."""
    page.set_viewport_size(size)
    wrong = []
    for scheme, asked in (("light", rules), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{size['width']} px, {scheme}: {one}" for one in page.evaluate(VIOLATIONS, asked)]
    return wrong + [f"{size['width']} px: {one}" for one in page.evaluate(TOO_WIDE) + page.evaluate(CRUSHED)]


def judge(page, said):
    """All that is wrong with a page as it stands; `said` names its state."""
    wrong = []

    def note(found, how):
        wrong.extend(f"{said}, {how}: {one}" for one in found)

    note(glance(page, WIDE), "seen")
    note(glance(page, PHONE, COLOURS + SIZES), "seen")
    note(page.evaluate(SMALL), "too small for a thumb at 360 px")
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    note(page.evaluate(VIOLATIONS, COLOURS), "forced colours")
    note(page.evaluate(TOO_WIDE), "forced colours")
    note(page.evaluate(MOVING), "moves although motion is reduced")
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    # Narrower than a phone the colours are those of the phone.
    page.set_viewport_size(NARROW)
    note(page.evaluate(VIOLATIONS, SIZES) + page.evaluate(TOO_WIDE) + page.evaluate(CRUSHED), "at 320 px")
    # Text at 200 %, on a desk and, as the browser enlarges it, on half a desk.
    for size in (WIDE, {"width": 640, "height": 450}):
        page.set_viewport_size(size)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        note(page.evaluate(TOO_WIDE), f"{size['width']} px, text at 200 %")
        page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")
    note(tabbed(page), "by keyboard")
    return wrong


def begin(phone):
    """Has every page of a phone bring axe along."""
    phone.context.add_init_script(AXE.read_text())
