"""Surveys of the demo: the first site's units, a closed quarterly wave answered in every way, a running one, the calendar.

The waves go through the services people use; their answers are written many at once, so that starting stays quick.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from core.clock import local, set_to
from core.recurrence import instant_of
from core.translated import TranslatedText
from organization.models import Household, HouseholdKind, Person, Role
from portal.demo.chance import dice
from portal.demo.world import Place
from surveys.models import (
    Activity,
    Answer,
    Audience,
    Channel,
    Dimension,
    Evidence,
    Invitation,
    InvitationState,
    Question,
    QuestionnaireVersion,
    Response,
    Stratify,
    SurveyPlan,
    VersionState,
    Wave,
)
from surveys.services.calendar import materialise
from surveys.services.inviting import to_print
from surveys.services.usual_plans import add_usual
from surveys.services.waves import add_wave, close_wave, draw, issue_code, open_wave

#: Units of the first site, those with residents included.
UNITS = 500
DOORS = 4
#: Out of a hundred invited: who answered by which way, who said no, who could not be reached.
CLOSED = ((Channel.LETTER, 31), (Channel.PAPER, 8), (Channel.INTERVIEW, 6))
RUNNING = ((Channel.LETTER, 17),)
REFUSED, UNREACHABLE, BY_GATE = 5, 4, 11
#: How each thing is scored: out of a hundred, how many give 1, 2, 3, 4, 5.
SCORES = {
    Dimension.OVERALL: (2, 4, 9, 47, 38),
    Dimension.SERVICE_QUALITY: (2, 5, 10, 45, 38),
    Dimension.RESPONSE_SPEED: (4, 8, 14, 42, 32),
    Dimension.COMMUNICATION: (4, 9, 17, 42, 28),
    Dimension.ATTITUDE: (1, 3, 8, 42, 46),
    Dimension.SAFETY: (2, 4, 10, 44, 40),
    Dimension.SECURITY_STAFF: (1, 3, 9, 43, 44),
}
RECOMMEND = (1, 0, 1, 1, 2, 6, 8, 17, 26, 20, 18)
WORDS = (
    "夜间巡逻很到位，看到师傅打着手电走楼道，心里踏实。",
    "东门外卖车进出太快，希望加减速带。",
    "7栋地库有人长期占用消防通道，反映过两次没有答复。",
    "门岗小伙子很热情，帮老人提东西。",
    "晚上十点后楼下有人跳舞，劝过还是吵。",
    "报事后来得挺快，就是没人告诉我最后怎么处理的。",
    "电动车还是有人推上楼充电，太危险了。",
    "访客登记要排队，高峰期能不能多一个人。",
    "监控死角多，11栋北侧路灯也不亮。",
    "保安换得太勤，刚认识又走了。",
    "整体满意，继续保持。",
    "车位线磨没了，乱停的多。",
)


def ask_residents(place: Place, first: datetime, moment: datetime) -> None:
    """The first site's register, plans and two waves; nothing when they are there."""
    if Wave.objects.filter(site=place.site).exists():
        return
    user = place.first_with(Role.PROJECT_MANAGER)
    version = QuestionnaireVersion.objects.get(
        questionnaire__company=place.site.company_id,
        questionnaire__code="SAT-Q",
        state=VersionState.PUBLISHED,
    )
    fill_register(place)
    _plan(place, user, first, moment)
    _closed(place, user, version, moment)
    _running(place, user, version, moment)


def fill_register(place: Place) -> None:
    """Units without anybody named: nothing more is needed to draw them."""
    known = set(Household.objects.filter(site=place.site).values_list("code", flat=True))
    fresh = (one for one in _units(place) if one.code not in known)
    wanted = [one for one, _number in zip(fresh, range(UNITS - len(known)), strict=False)]
    Household.objects.bulk_create(wanted)


def _units(place: Place) -> Iterator[Household]:
    """Door by door, floor by floor, through the buildings in turn."""
    buildings = list(place.site.buildings.filter(floors_above__gt=2).order_by("code"))
    for floor in range(2, 40):
        for building in buildings:
            if floor > building.floors_above:
                continue
            for door in range(1, DOORS + 1):
                code = f"{building.code}-{1 + door % 2}-{floor}{door:02}"
                is_vacant = dice("vacant", place.spec.code, code).random() < 0.06
                kind = HouseholdKind.VACANT if is_vacant else HouseholdKind.OWNER_OCCUPIED
                yield Household(site=place.site, building=building, code=code, floor=str(floor), kind=kind)


def _plan(place: Place, user: Person, first: datetime, moment: datetime) -> None:
    """The usual year, planned as soon as somebody was in office."""
    with set_to(min(first + timedelta(days=1), moment)):
        add_usual(user=user, site=place.site)
    for plan in SurveyPlan.objects.filter(site=place.site).select_related("site", "questionnaire"):
        materialise(plan)
        # What lies further back was done, the latest is still to do; the quarter's wave is the closed one.
        past = plan.occasions.filter(due_on__lt=local(moment, place.site.zone_info).date())
        Wave.objects.filter(occasion__in=past).delete()
        keeps_latest = plan.activity != Activity.QUESTIONNAIRE
        for occasion in list(past.order_by("-due_on"))[keeps_latest:]:
            occasion.state, occasion.done_by = "done", user
            occasion.done_at = instant_of(datetime.combine(occasion.due_on, time(16)), place.site.zone_info)
            occasion.note = "已开展，情况正常，问题已转行动项。"
            occasion.save()


def _wave(place: Place, user: Person, version: QuestionnaireVersion, opens: datetime, closes: datetime, *, title: str) -> Wave:  # fmt: skip
    """A drawn wave, its letters printed two days before it opens, then open."""
    with set_to(opens - timedelta(days=2)):
        wave = add_wave(
            user=user,
            site=place.site,
            version=version,
            values={
                "title": TranslatedText({"zh-hans": title}),
                "audience": Audience.HOUSEHOLDS,
                "stratify": Stratify.BUILDING,
                "margin": Decimal("0.08"),
                "expected_response": Decimal("0.4"),
                "opens_at": opens,
                "closes_at": closes,
            },
        )
        draw(user=user, wave_id=wave.pk, seed=dice("wave", title).getrandbits(60))
        wave.refresh_from_db()
        to_print(user=user, wave=wave, which="all", most=1_000)
        issue_code(user=user, wave_id=wave.pk)
    with set_to(opens):
        return open_wave(user=user, wave_id=wave.pk)


def _closed(place: Place, user: Person, version: QuestionnaireVersion, moment: datetime) -> None:
    opens = _at(place, moment - timedelta(days=62), time(9))
    closes = _at(place, moment - timedelta(days=48), time(20))
    wave = _wave(place, user, version, opens, closes, title=_quarter(opens.date()))
    _answer(wave, CLOSED, opens, closes, gate=BY_GATE)
    with set_to(closes):
        close_wave(user=user, wave_id=wave.pk)


def _running(place: Place, user: Person, version: QuestionnaireVersion, moment: datetime) -> None:
    opens = _at(place, moment - timedelta(days=4), time(9))
    closes = _at(place, moment + timedelta(days=10), time(20))
    wave = _wave(place, user, version, opens, closes, title=f"{opens.year}年{opens.month}月满意度抽查")
    _answer(wave, RUNNING, opens, moment, gate=3)


def _answer(wave: Wave, ways: tuple[tuple[Channel, int], ...], begin: datetime, end: datetime, *, gate: int) -> None:  # fmt: skip
    """Who answered how, refused, or could not be reached; by chance that is the same every time."""
    questions = list(wave.version.questions.order_by("position"))
    chance = dice("answers", str(wave.title))
    fates: list[tuple[Channel | None, InvitationState | None]] = [
        (channel, None) for channel, count in ways for _n in range(count)
    ]
    fates += [(None, InvitationState.REFUSED)] * REFUSED + [(None, InvitationState.UNREACHABLE)] * UNREACHABLE
    fates += [(None, InvitationState.INVITED)] * (100 - len(fates))
    invitations = list(wave.invitations.order_by("pk"))
    responses: list[Response] = []
    for invitation in invitations:
        channel, state = chance.choice(fates)
        invitation.state = state or InvitationState.ANSWERED
        if channel is not None:
            responses.append(_response(wave, invitation, channel, _day(chance, wave, begin, end), chance))
    responses += [
        _response(wave, None, Channel.GATE, _day(chance, wave, begin, end), chance) for _n in range(gate)
    ]
    Invitation.objects.bulk_update(invitations, ["state"])
    Response.objects.bulk_create(responses)
    Answer.objects.bulk_create(
        answer for response in responses for answer in _answers(response, questions, chance)
    )


def _response(
    wave: Wave, invitation: Invitation | None, channel: Channel, day: date, chance: Random
) -> Response:
    return Response(
        id=UUID(int=chance.getrandbits(128), version=4),
        wave=wave,
        is_anonymous=True,
        channel=channel,
        evidence=Evidence.PERSONAL if invitation is not None else Evidence.OPEN,
        stratum_id=invitation.stratum_id if invitation is not None else None,
        language="en" if chance.random() < 0.04 else "zh-hans",
        received_on=day,
        form_key=UUID(int=chance.getrandbits(128), version=4),
    )


def _answers(response: Response, questions: list[Question], chance: Random) -> Iterator[Answer]:
    """Somebody content is content with most things; a few leave something out."""
    mood, overall = chance.choice((-1, 0, 0, 0, 0, 1)), 5
    for question in questions:
        if question.item in SCORES:
            if question.code != "overall" and chance.random() < 0.06:
                continue
            weights = SCORES[Dimension(question.item)]
            number = min(max(chance.choices((1, 2, 3, 4, 5), weights)[0] + mood, 1), 5)
            overall = number if question.code == "overall" else overall
            yield Answer(response=response, question=question, number=number)
        elif question.code == "nps" and chance.random() < 0.9:
            yield Answer(response=response, question=question, number=chance.choices(range(11), RECOMMEND)[0])
        elif question.code == "why_not" and overall <= 2:
            codes = [option["code"] for option in question.options]
            yield Answer(response=response, question=question, choices=sorted(chance.sample(codes, 2)))
        elif question.code == "words" and chance.random() < 0.22:
            yield Answer(response=response, question=question, text=chance.choice(WORDS))


def _day(chance: Random, wave: Wave, begin: datetime, end: datetime) -> date:
    """Most answers come early."""
    return local(begin + (end - begin) * chance.random() ** 2, wave.site.zone_info).date()


def _at(place: Place, moment: datetime, clock: time) -> datetime:
    day = local(moment, place.site.zone_info).date()
    return instant_of(datetime.combine(day, clock), place.site.zone_info)


def _quarter(day: date) -> str:
    return f"{day.year}年第{'一二三四'[(day.month - 1) // 3]}季度满意度调查"
