"""Real Chromium, real kills, the real server: what the screen called saved is there afterwards, once and in order."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Playwright

from core.models import Operation
from incidents.models import Case
from organization.models import Person
from patrols.models import Scan
from tests.conftest import Cast
from tests.faults.conftest import FULL, Beat
from tests.faults.faultproxy import FaultProxy
from tests.faults.phones import OPERATIONS
from tests.organization.factories import PASSWORD
from tests.portal.phone_world import Phone, eventually, wait_for_worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600 if FULL else 240),
]

KILLS = 30 if FULL else 5
#: Saves in the page, with the page's own modules, as fast as it can; tells of each attempt and of each "saved".
SAVE_UNTIL_KILLED = """async ({ person, points, round }) => {
  const at = (name) => import(`/static/js/phone/${name}.js`);
  const [{ Store }, { Vault }, { Clock }, { Room }, { Outbox }, { uuid7 }] = await Promise.all(["store", "vault", "clock", "room", "outbox", "ids"].map(at));
  const store = new Store();
  const outbox = new Outbox({ store, vault: new Vault(store), clock: new Clock(), room: new Room(store) });
  const nothing = { code: null, method: "typed", typed_reason: "worn", lat: null, lng: null, accuracy_m: null };
  for (let n = 0; n < 400; n += 1) {
    const id = uuid7(Date.now());
    const point = points[n % points.length];
    await tell(["tried", id]);
    await outbox.put({ id, personId: person, kind: "patrols.scan", body: { ...nothing, checkpoint_id: point.id, typed: point.code, round_id: round }, title: point.code });
    await tell(["saved", id]);
  }
}"""


@pytest.fixture
def device(playwright: Playwright, tmp_path: Path) -> Iterator[Phone]:
    """A guard's phone."""
    made = Phone(playwright, tmp_path / "profile")
    yield made
    made.close()


def sign_in(page: Page, line: FaultProxy, person: Person) -> None:
    page.goto(f"{line.url}/m/en/")
    page.fill("#identifier", person.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    wait_for_worker(page)


def report(page: Page, line: FaultProxy, text: str) -> None:
    """Report something; returns when the page says that it is saved."""
    page.goto(f"{line.url}/m/en/#/report")
    page.wait_for_selector(".tiles")
    page.click(".tiles .option >> nth=0")
    page.fill("#text", text)
    page.click("footer .go")
    page.wait_for_selector(".state-card")


def send(page: Page, line: FaultProxy) -> None:
    """Open the outbox and have everything sent."""
    page.goto(f"{line.url}/m/en/#/outbox")
    page.click("footer .go")
    page.locator(".state-card.t-ok").wait_for(timeout=60_000)


@pytest.mark.fault("F13")
@pytest.mark.fault("F14")
def test_what_was_called_saved_before_a_kill_arrives_once_and_in_order(
    device: Phone, line: FaultProxy, cast: Cast, beat: Beat
) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    told: list[list[str]] = []
    page = device.start()
    sign_in(page, line, cast.guard)
    device.close()  # Chromium writes its cookies on the way out, and now and then
    line.set("down")
    facts: dict[str, Any] = {
        "person": cast.guard.pk,
        "round": beat.round.pk,
        "points": [{"id": point.pk, "code": point.code} for point in beat.points],
    }
    for _kill in range(KILLS):
        page = device.start()
        page.expose_function("tell", lambda one: told.append(one))
        page.goto(f"{line.url}/m/en/")
        page.wait_for_selector(".round-card")
        before = len(told)
        page.evaluate(f"facts => {{ ({SAVE_UNTIL_KILLED})(facts); }}", facts)
        until = time.monotonic() + chance.uniform(0.1, 0.8)
        while time.monotonic() < until or len(told) < before + 4:
            page.wait_for_timeout(20)
        device.kill()
    saved = [identifier for word, identifier in told if word == "saved"]
    tried = [identifier for word, identifier in told if word == "tried"]
    page = device.start()
    page.goto(f"{line.url}/m/en/#/outbox")
    page.wait_for_selector(".state-card")
    line.set()
    send(page, line)
    eventually(lambda: Scan.objects.count() >= len(saved), page=page)
    arrived = list(Scan.objects.order_by("seq").values_list("id", "seq"))
    ids = [str(identifier) for identifier, _seq in arrived]
    assert len(saved) > KILLS * 2
    assert set(saved) <= set(ids) <= set(tried)
    assert len(ids) == len(set(ids)) <= len(saved) + KILLS
    assert [identifier for identifier in ids if identifier in set(saved)] == saved, "the order was lost"
    assert [seq for _identifier, seq in arrived] == list(range(1, len(arrived) + 1)), (
        "a number was lost or given twice"
    )


@pytest.mark.fault("F14")
def test_the_screen_never_says_saved_of_what_a_kill_takes_away(
    device: Phone, line: FaultProxy, cast: Cast, beat: Beat
) -> None:
    chance = random.Random(14)
    page = device.start()
    sign_in(page, line, cast.guard)
    device.close()
    line.set("down")
    shown: list[str] = []
    pressed = [f"Door {number} stands open" for number in range(20 if FULL else 3)]
    for text in pressed:
        page = device.start()
        page.goto(f"{line.url}/m/en/#/report")
        page.wait_for_selector(".tiles")
        page.click(".tiles .option >> nth=0")
        page.fill("#text", text)
        page.evaluate("document.querySelector('footer .go').click()")
        page.wait_for_timeout(chance.choice([0, 5, 20, 60, 150, 400, 1500]))
        if page.evaluate("Boolean(document.querySelector('.state-card'))"):
            shown.append(text)
        device.kill()
    page = device.start()
    line.set()
    send(page, line)
    texts = Counter(Case.objects.values_list("title", flat=True))
    assert set(shown) <= set(texts) <= set(pressed)
    assert set(texts.values()) <= {1}


@pytest.mark.fault("F18")
def test_three_tabs_deliver_two_hundred_records_once_each(
    device: Phone, line: FaultProxy, cast: Cast, beat: Beat
) -> None:
    told: list[list[str]] = []
    page = device.start()
    sign_in(page, line, cast.guard)
    line.set("down")
    tabs = [page, device.page(), device.page()]
    count = 200 // len(tabs)
    for tab in tabs:
        tab.expose_function("tell", lambda one: told.append(one))
        tab.goto(f"{line.url}/m/en/")
        tab.wait_for_selector(".round-card")
    facts: dict[str, Any] = {
        "person": cast.guard.pk,
        "round": beat.round.pk,
        "points": [{"id": point.pk, "code": point.code} for point in beat.points],
    }
    saving = SAVE_UNTIL_KILLED.replace("n < 400", f"n < {count}")
    for tab in tabs:
        tab.evaluate(f"facts => {{ ({saving})(facts); }}", facts)
    eventually(lambda: len(told) == 2 * count * len(tabs), page=page)
    line.delivered.clear()
    line.busiest = 0
    line.set()
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    eventually(lambda: Scan.objects.count() == count * len(tabs), page=page)
    page.wait_for_timeout(1_000)  # nothing may follow
    deliveries = Counter(line.deliveries(OPERATIONS))
    assert set(deliveries) == {identifier for word, identifier in told if word == "saved"}
    assert set(deliveries.values()) == {1}


@pytest.mark.fault("F21")
def test_a_session_that_ended_meanwhile_pauses_sending_until_the_same_guard_signs_in(
    device: Phone, line: FaultProxy, cast: Cast, beat: Beat
) -> None:
    page = device.start()
    sign_in(page, line, cast.guard)
    Session.objects.all().delete()
    for number in (1, 2, 3):
        report(page, line, f"Lamp {number} is out")
    page.wait_for_selector(".net.t-danger")
    assert page.locator(".list li").count() == 3
    assert not Case.objects.exists()
    page.click(".net")
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    eventually(lambda: Case.objects.count() == 3, page=page)
    assert sorted(Case.objects.values_list("title", "reported_by_id")) == [
        (f"Lamp {number} is out", cast.guard.pk) for number in (1, 2, 3)
    ]
    assert Operation.objects.count() == 3
    send(page, line)
    assert set(Counter(line.deliveries()).values()) == {1}
    assert device.complaints == []
