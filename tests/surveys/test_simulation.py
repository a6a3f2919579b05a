"""A quarterly survey of a site of 500 households, end to end through the pages everybody uses.

Letters with a code, paper typed in twice with mistakes, telephone interviews, refusals, the code at the gate; impatient
people who send twice, go back, share their link, and the robots of chat programs that open every link. What the page,
the file and a plain recount say must be the same.
"""

import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from scipy import stats

from organization.models import Household, Site
from surveys.links import gate_token, invitation_token
from surveys.models import Answer, Invitation, PaperSheet, Response, Wave
from surveys.selectors.results import Results
from surveys.services.defaults import install
from surveys.services.waves import add_wave, close_wave, draw, issue_code, open_wave
from tests.conftest import Cast
from tests.organization.factories import BuildingFactory, HouseholdFactory

BUILDINGS = {"1幢": 160, "2幢": 140, "3幢": 120, "4幢": 74, "5幢": 6}
SEED = 20261126
SCORED = ("overall", "service_quality", "response_speed", "communication", "attitude", "safety", "security_staff")  # fmt: skip
TEXTS = ("夜间巡逻太少", "停车难", "电梯经常坏，报修后等了三天", "保安员态度很好", "", "", "")
KEY = re.compile(r'name="key" value="([^"]+)"')


@dataclass
class Told:
    """What the households said, written down as they said it."""

    said: list[dict[str, Any]] = field(default_factory=list)
    gate: list[dict[str, Any]] = field(default_factory=list)

    def scores(self, code: str) -> Counter[int]:
        """How often each score was given in personal answers."""
        return Counter(one[code] for one in self.said if one.get(code) is not None)


def opinion(chance: Random) -> dict[str, Any]:
    """One household's answers: mostly satisfied, some questions left out."""
    weights = (3, 5, 10, 42, 40)
    found: dict[str, Any] = {code: chance.choices(range(1, 6), weights)[0] for code in SCORED}
    for code in SCORED[1:]:
        if chance.random() < 0.1:
            found[code] = None
    return {**found, "nps": chance.choice((None, 3, 6, 7, 8, 9, 9, 10, 10)), "words": chance.choice(TEXTS)}


def post(client: Client, path: str, said: Mapping[str, Any], *, address: str, key: str = "") -> Any:
    """Open a survey's page as a person does and send the answers; gives the last answer of the server."""
    page = client.get(path, REMOTE_ADDR=address)
    found = KEY.search(page.content.decode())
    if found is None:
        return page
    typed = {f"a_{code}": value for code, value in said.items() if value not in (None, "")}
    shown = re.search(r'name="shown" value="([^"]*)"', page.content.decode())
    assert shown is not None
    form = {**typed, "key": key or found[1], "shown": shown[1]}
    sent = client.post(path, form, REMOTE_ADDR=address)
    if sent.status_code == 200:  # an answer has brought up one question more; it is left empty
        again = re.search(r'name="shown" value="([^"]*)"', sent.content.decode())
        assert again is not None
        sent = client.post(path, {**form, "shown": again[1]}, REMOTE_ADDR=address)
    return sent


@pytest.fixture
def wave(site: Site, cast: Cast) -> Wave:
    """An anonymous wave of a sample of the 500 households, open, with a code at the gate."""
    for name, size in BUILDINGS.items():
        building = BuildingFactory.create(site=site, name=name)
        HouseholdFactory.create_batch(size, site=site, building=building)
    assert Household.objects.filter(site=site).count() == 500
    quarterly = next(one for one in install(site.company) if one.code == "SAT-Q")
    now = timezone.now()
    made = add_wave(
        user=cast.supervisor,
        site=site,
        version=quarterly.versions.get(),
        values={
            "title": {"en": "Fourth quarter"},
            "audience": "households",
            "stratify": "building",
            "expected_response": "0.6",
            "opens_at": now,
            "closes_at": now + timedelta(days=14),
        },
    )
    draw(user=cast.supervisor, wave_id=made.pk, seed=SEED)
    issue_code(user=cast.supervisor, wave_id=made.pk)
    open_wave(user=cast.supervisor, wave_id=made.pk)
    return Wave.objects.select_related("site", "version").get(pk=made.pk)


def drawn(wave: Wave) -> set[int | None]:
    """The households asked."""
    return set(wave.invitations.values_list("household_id", flat=True))


@pytest.mark.requirement("R075")
def test_the_same_seed_draws_the_same_households(wave: Wave, site: Site, cast: Cast) -> None:
    assert wave.needed == 218  # 500 households, ± 5 %
    assert wave.invited == 364
    shares = {one.label: one.invited / one.population for one in wave.strata.all()}
    assert all(abs(share - 364 / 500) < 0.1 for share in shares.values())
    values = {name: getattr(wave, name) for name in ("title", "audience", "stratify", "expected_response", "opens_at", "closes_at")}  # fmt: skip
    again = add_wave(user=cast.supervisor, site=site, version=wave.version, values=values)
    draw(user=cast.supervisor, wave_id=again.pk, seed=SEED)
    assert drawn(again) == drawn(wave)
    draw(user=cast.supervisor, wave_id=again.pk, seed=SEED + 1)
    assert drawn(again) != drawn(wave)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.requirement("R075")
@pytest.mark.fault("F48")
def test_a_quarter_from_the_draw_to_the_result(wave: Wave, cast: Cast) -> None:
    chance, told, gate = Random(SEED), Told(), Client()
    asked = list(Invitation.objects.filter(wave=wave).select_related("household").order_by("pk"))
    chance.shuffle(asked)
    by_letter, by_paper, by_phone, refuse = asked[:110], asked[110:150], asked[150:190], asked[190:200]

    answer_by_letter(by_letter, chance, told)
    answer_on_paper(wave, len(by_paper), chance, told, cast)
    tick_off(wave, by_paper, cast)
    answer_by_phone(by_phone, chance, told, cast)
    for invitation in refuse:
        path = reverse("portal:survey", args=[invitation_token(invitation.pk, invitation.serial)])
        gate.post(f"{path}refuse/", REMOTE_ADDR="203.0.113.9")
    for number in range(12):
        said = opinion(chance)
        path = reverse("portal:survey_gate", args=[gate_token(wave.pk, wave.gate_serial)])
        assert post(gate, path, said, address=f"198.51.100.{number}").status_code == 302
        told.gate.append(said)

    states = Counter(wave.invitations.values_list("state", flat=True))
    assert states == {"answered": 190, "refused": 10, "invited": 164}
    assert Response.objects.filter(wave=wave, evidence="personal").count() == len(told.said) == 190
    assert Response.objects.filter(wave=wave, evidence="open").count() == 12

    desk = Client()
    desk.force_login(cast.supervisor)
    running: Any = desk.get(reverse("surveys:results", args=[wave.pk]))
    assert not running.context["results"].is_ready  # anonymous: no score before its end
    close_wave(user=cast.supervisor, wave_id=wave.pk)
    the_page_the_file_and_a_recount_agree(wave, told, desk)
    nothing_links_answers_to_households(wave)


def answer_by_letter(invitations: list[Invitation], chance: Random, told: Told) -> None:
    """Robots open the link, people send twice, go back and send again, give the link to a neighbour: one answer each."""
    for number, invitation in enumerate(invitations):
        client, address = Client(), f"192.0.2.{number % 250}"
        path = reverse("portal:survey", args=[invitation_token(invitation.pk, invitation.serial)])
        if number % 4 == 0:
            open_like_a_robot(path)
        page = client.get(path, REMOTE_ADDR=address).content.decode()
        found = KEY.search(page)
        assert found is not None
        said = opinion(chance)
        sent = post(client, path, said, address=address, key=found[1])
        assert sent.status_code == 302, sent.context["form"].errors
        told.said.append(said)
        if number % 5 == 0:  # sent twice, with the same form
            post(client, path, said, address=address, key=found[1])
        if number % 7 == 0:  # back, everything changed, sent again
            form = {"a_overall": "1", "key": found[1], "shown": "overall"}
            client.post(path, form, REMOTE_ADDR=address)
        if number % 9 == 0:  # the neighbour has the link too
            post(Client(), path, opinion(chance), address="192.0.2.251")


def open_like_a_robot(path: str) -> None:
    """Three times, then for its head only, then ahead of time."""
    robot = Client()
    for _turn in range(3):
        assert robot.get(path, REMOTE_ADDR="203.0.113.7").status_code == 200
    assert robot.head(path, REMOTE_ADDR="203.0.113.7").status_code == 200
    ahead = robot.get(path, REMOTE_ADDR="203.0.113.7", headers={"purpose": "prefetch"})
    assert ahead.status_code == 200


def answer_on_paper(wave: Wave, count: int, chance: Random, told: Told, cast: Cast) -> None:
    """Forms typed in by two people; every eighth time one of them mistypes and the paper decides."""
    first, second = Client(), Client()
    first.force_login(cast.shift_leader)
    second.force_login(cast.supervisor)
    first.post(reverse("surveys:paper_give_out", args=[wave.pk, "personal"]))
    sheets = list(PaperSheet.objects.filter(wave=wave).order_by("pk"))
    assert len(sheets) == wave.invitations.filter(state="invited").count()
    chance.shuffle(sheets)
    for number, sheet in enumerate(sheets[:count]):
        said = opinion(chance)
        typed = {code: "" if value is None else str(value) for code, value in said.items()}
        mistyped = {**typed, "overall": str(6 - said["overall"])} if number % 8 == 0 else typed
        if mistyped == typed and number % 8 == 0:
            mistyped = {**typed, "overall": "5"}
        enter = reverse("surveys:sheet_enter", args=[sheet.pk])
        looked_up: Any = first.get(reverse("surveys:paper", args=[wave.pk]), {"code": sheet.code.lower()})
        assert looked_up["Location"] == enter
        assert first.post(enter, mistyped).status_code == 302
        assert first.post(enter, mistyped).status_code == 422  # not twice by the same person
        sent: Any = second.post(enter, typed)
        assert sent.status_code == 302
        if mistyped != typed:
            assert sent["Location"] == reverse("surveys:sheet_settle", args=[sheet.pk])
            assert first.post(sent["Location"], {"overall": typed["overall"]}).status_code == 302
        told.said.append(said)
    assert Counter(PaperSheet.objects.filter(wave=wave).values_list("state", flat=True))["agreed"] == count


def tick_off(wave: Wave, invitations: list[Invitation], cast: Cast) -> None:
    """The households whose envelopes came back are not asked again: who they are stands on no form."""
    desk = Client()
    desk.force_login(cast.shift_leader)
    for invitation in invitations:
        assert invitation.household is not None
        desk.post(reverse("surveys:paper_returned", args=[wave.pk]), {"unit": invitation.household.code})


def answer_by_phone(invitations: list[Invitation], chance: Random, told: Told, cast: Cast) -> None:
    """Interviews typed in as they are given; pressing the button twice is one answer."""
    caller = Client()
    caller.force_login(cast.supervisor)
    for invitation in invitations:
        said = opinion(chance)
        typed = {code: "" if value is None else str(value) for code, value in said.items()}
        path = reverse("surveys:call", args=[invitation.pk])
        assert caller.get(path).status_code == 200
        assert caller.post(path, typed).status_code == 302
        assert caller.post(path, typed).status_code == 422
        told.said.append(said)


def the_page_the_file_and_a_recount_agree(wave: Wave, told: Told, desk: Client) -> None:
    """Every score on the page and in the workbook is that of the answers written down."""
    page: Any = desk.get(reverse("surveys:results", args=[wave.pk]))
    lines = {line.key: line.tally for line in page.context["lines"]}
    workbook = load_workbook(
        io.BytesIO(desk.get(reverse("surveys:results_file", args=[wave.pk, "xlsx"])).content)
    )
    rows = sheet_rows(workbook)
    for code in SCORED:
        scores = told.scores(code)
        answers, satisfied = sum(scores.values()), scores[4] + scores[5]
        tally = lines[code]
        assert (tally.answers, tally.satisfied) == (answers, satisfied)
        assert rows[code][0] == answers
        assert rows[code][1] == satisfied
        assert rows[code][2] == pytest.approx(satisfied / answers)
        worth = answers * 499 / (500 - answers)
        interval = stats.binomtest(round(satisfied / answers * 10**6), 10**6).proportion_ci(0.95, "wilson")
        assert interval.low > tally.interval.low  # a sample of a million is surer
        z, share = stats.norm.ppf(0.975), satisfied / answers
        centre = (share + z * z / 2 / worth) / (1 + z * z / worth)
        assert (tally.interval.low + tally.interval.high) / 2 == pytest.approx(centre, abs=1e-4)
    results = page.context["results"]
    assert (results.personal, results.open, results.response_rate) == (190, 12, 190 / 364)
    (net,) = results.net_lines
    recommended = told.scores("nps")
    promoters = recommended[9] + recommended[10]
    detractors = sum(number for score, number in recommended.items() if score <= 6)
    assert net.tally.score == pytest.approx((promoters - detractors) / sum(recommended.values()) * 100)
    parts = page.context["parts"]
    assert sum(part.tally.answers for part in parts) == 190
    assert all(part.tally.answers >= 5 for part in parts if part.tally.answers)
    with_gate = Results(wave.__class__.objects.get(pk=wave.pk), with_open=True)
    assert with_gate.overall is not None
    assert with_gate.overall.tally.answers == 202


def sheet_rows(workbook: Any) -> dict[str, tuple[Any, ...]]:
    """The questions' sheet by code: answers, satisfied, share."""
    found: dict[str, tuple[Any, ...]] = {}
    for sheet in workbook:
        for row in sheet.iter_rows(values_only=True):
            if row and row[0] in SCORED:
                found[row[0]] = tuple(row[2:5])
    return found


def nothing_links_answers_to_households(wave: Wave) -> None:
    """No response names an invitation or a time; no row was written by a transaction of its own."""
    assert not Response.objects.filter(wave=wave).exclude(invitation=None, received_at=None).exists()
    written = Response.objects.filter(wave=wave).extra(select={"by": "xmin::text"}).values_list("by", flat=True)  # fmt: skip
    assert len(set(written)) == 1
    assert not Answer.objects.filter(response__wave=wave, response__invitation__isnull=False).exists()
