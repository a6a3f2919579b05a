"""The browser is killed while records are being saved: what the screen called saved is there afterwards, in order."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

from tests.portal.phone_world import Phone, World, sign_in, world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KILLS = 8
#: Records as fast as the phone takes them, beside the page, with the page's own modules; each is named when saved.
SAVE_ALL_THE_TIME = """
async () => {
  const part = (name) => import(`/static/js/phone/${name}.js`);
  const [{ Store }, { Vault }, { Clock }, { Room }, { Outbox }, { Install }] =
    await Promise.all(["store", "vault", "clock", "room", "outbox", "install"].map(part));
  const store = new Store();
  const install = new Install(store, localStorage);
  await install.start();
  const outbox = new Outbox({ store, vault: new Vault(store), clock: new Clock(), room: new Room(store), install });
  const loop = async () => {
    for (let n = 0; n < 500; n += 1) {
      const body = { kind: "kind0", text: `note ${n}`, site_id: 1, checkpoint_id: null, place: "" };
      const saved = await outbox.put({ personId: 11, kind: "incidents.report", body, title: String(n) });
      console.info(`SAVED ${saved.seq} ${saved.id}`);
    }
  };
  loop();
}
"""
KEPT = """
async () => {
  const { Store } = await import("/static/js/phone/store.js");
  const items = await new Store().getAll("outbox");
  return items.map((item) => [item.seq, item.id]).sort((a, b) => a[0] - b[0]);
}
"""


@pytest.fixture
def server(live_server: Any) -> Iterator[World]:
    with world(live_server.url) as made:
        yield made


def listen(page: Page, saved: dict[int, str]) -> None:
    """Note down what the page says is saved."""

    def heard(message: ConsoleMessage) -> None:
        if message.text.startswith("SAVED "):
            _word, number, identifier = message.text.split()
            saved[int(number)] = identifier

    page.on("console", heard)


def whole(kept: dict[int, str], saved: dict[int, str]) -> bool:
    """Is everything there that was called saved, and no number missing?"""
    numbers = sorted(kept)
    return saved.items() <= kept.items() and numbers == list(
        range(numbers[0], numbers[0] + len(kept)) if kept else []
    )


def forgotten(page: Page) -> None:
    """Chromium threw the whole database away (about once in a hundred kills here), as it may on any device (F16).

    It writes localStorage only every few seconds, so the kill may have taken the marker there along. The cookie of
    the server outlives it: the page always says so.
    """
    page.wait_for_selector(".banner.t-danger")


@pytest.mark.fault("F13")
@pytest.mark.fault("F14")
def test_what_was_called_saved_outlives_kills_at_random_moments(server: World, tmp_path: Path) -> None:
    seed = int(time.time())
    chance = random.Random(seed)
    saved: dict[int, str] = {}
    with sync_playwright() as playwright:
        phone = Phone(playwright, tmp_path / "profile")
        sign_in(phone.start(), server)
        phone.close()
        server.fault(mode="502")
        for _ in range(KILLS):
            page = phone.start()
            page.goto(f"{server.url}/m/en/")
            page.wait_for_selector("footer")
            before = dict(page.evaluate(KEPT))
            if saved and not before:
                forgotten(page)
                saved.clear()
            assert whole(before, saved), f"seed {seed}"
            listen(page, saved)
            page.evaluate(SAVE_ALL_THE_TIME)
            try:
                page.wait_for_timeout(chance.uniform(50, 900))
            except Error:
                pass
            phone.kill()
        page = phone.start()
        page.goto(f"{server.url}/m/en/")
        page.wait_for_selector("footer")
        kept = dict(page.evaluate(KEPT))
        phone.close()
    assert kept
    assert whole(kept, saved), f"seed {seed}"
