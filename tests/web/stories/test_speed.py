"""How long people wait. These run alone (`just web-speed`): the figures are of a machine that does nothing else, the median of
three, and a run fails at twice of one."""

import statistics

import pytest
from playwright.sync_api import expect

from stage import SUPPORT, days_ago

pytestmark = pytest.mark.timed

TRIES = 3
DAYS, INTERVENTIONS = 400, 100
# What a visit may take, in milliseconds: the first with slow 3G, all with a processor of a quarter of the speed.
FIRST_PAINT, USABLE, FROM_WORKER, STEP, ROWS = 1500, 3500, 1000, 200, 100
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
# Notes when what somebody needs is there, and how far the page moved under their eyes.
OBSERVE = """(() => {
  const wanted = '%s';
  window.moved = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value; }).observe({ type: 'layout-shift', buffered: true });
  new MutationObserver(() => { if (!window.usable && document.querySelector(wanted)) window.usable = performance.now(); }).observe(document, { childList: true, subtree: true });
})()"""
TAKEN = """() => ({ usable: window.usable, moved: window.moved,
  painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime })"""
STEPS = """async () => {
  const button = [...document.querySelectorAll('button.step')].find((one) => one.getAttribute('aria-label') === 'Plus : Participants');
  const taken = [];
  for (let step = 0; step < 9; step += 1) {
    const before = Number(document.getElementById('participants').value);
    const began = performance.now();
    button.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    taken.push(performance.now() - began);
    if (Number(document.getElementById('participants').value) !== before + 1) throw new Error('the stepper did not step');
  }
  return taken;
}"""
ROW = """async () => {
  const build = document.querySelector('meta[name=quotidien-build]').content;
  const tree = await import(`/app/${build}/parts/tree.js`);
  const host = document.createElement('div');
  document.body.append(host);
  const rows = (from) => tree.h('table', null, tree.h('tbody', null, Array.from({length: 500}, (_, row) =>
    tree.h('tr', {key: row}, tree.h('td', null, row), tree.h('td', null, from + row)))));
  tree.patch(host, rows(0));
  return [1, 2, 3].map((from) => {
    const begun = performance.now();
    tree.patch(host, rows(from));
    return performance.now() - begun;
  });
}"""


def held(what, taken, figure):
    """Prints the median beside its figure, and fails at twice of it."""
    median = statistics.median(taken)
    print(f"{what}: {median:.0f} ms, to be {figure} ms")
    assert median < 2 * figure, f"{what}: {taken}"


def slow(phone, network=None):
    """A processor of a quarter of the speed, and perhaps a slow network."""
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    if network:
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", network)


def test_a_first_visit_is_soon_painted_and_soon_usable_and_nothing_moves(phones):
    """Slow 3G, and nobody has ever signed in on the phone."""
    found = []
    for _ in range(TRIES):
        phone = phones()
        phone.context.add_init_script(OBSERVE % "#email")
        slow(phone, SLOW_3G)
        page = phone.open("/app/")
        page.locator("#email").wait_for()
        found.append(page.evaluate(TAKEN))
        # The next has the machine for itself.
        phone.stop()
    held("first paint", [one["painted"] for one in found], FIRST_PAINT)
    held("usable", [one["usable"] for one in found], USABLE)
    assert [one["moved"] for one in found] == [0] * TRIES


def test_the_day_opens_at_once_without_a_network(organisation, phone, network):
    """From the worker: what the phone has is enough."""
    person = organisation.person()
    person.put(days_ago(1), {"interventions": [SUPPORT]})
    phone.sign_in(person)
    phone.wait_for_worker()
    expect(phone.open("/app/jour").get_by_role("heading", name="Répéter")).to_be_visible()
    network.cut()
    phone.context.add_init_script(OBSERVE % ".dock")
    slow(phone)
    found = []
    for _ in range(TRIES):
        page = phone.open("/app/jour")
        page.locator(".dock").wait_for()
        found.append(page.evaluate(TAKEN))
    held("from the worker", [one["usable"] for one in found], FROM_WORKER)
    assert [one["moved"] for one in found] == [0] * TRIES


def test_a_stepper_answers_at_once_on_a_slow_phone_with_years_on_it(organisation, phone):
    """Story 28."""
    person = organisation.person()
    days = [{"op": "put", "date": days_ago(count), "report": {"interventions": [SUPPORT] * (INTERVENTIONS if count == 0 else 3)}}
            for count in range(DAYS)]
    for begin in range(0, DAYS, 200):
        status, text = person.ask("POST", "/v1/reports/batch", {"items": days[begin:begin + 200]})
        assert status == 207 and "refused" not in text, text[:500]
    page = phone.sign_in(person)
    expect(page.get_by_role("link", name="Individuel ·")).to_have_count(INTERVENTIONS)
    slow(phone)
    page.get_by_role("link", name="Atelier", exact=True).click()
    page.locator("#participants").fill("5")
    held("a step", page.evaluate(STEPS), STEP)


def test_five_hundred_rows_are_changed_within_a_tenth_of_a_second(phone):
    page = phone.open("/app/connexion")
    page.get_by_role("heading", level=1).wait_for()
    held("500 rows", page.evaluate(ROW), ROWS)
