"""One of everything, at our site, at a sibling site and at another company's: what the matrix asks for."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile

from checklists.models import Check, Checklist, ChecklistItem, ChecklistVersion
from collaboration.models import ActionItem, CollaborationRequest
from core.audit import record
from core.clock import local, now
from core.ids import uuid7
from core.models import Robot, RobotMessage, Webhook, WebhookDelivery
from core.recurrence import rule_from_json
from core.signed_links import digest
from incidents.models import (
    AlarmRule,
    ApprovalRule,
    CaseTemplate,
    Dispatch,
    ElasticRule,
    EscalationPolicy,
    EscalationStep,
    IntakePoint,
    LimitRule,
    Mailbox,
    SiteCondition,
    UpwardReport,
)
from incidents.services.alarm_intake import read, take
from incidents.services.alarm_judging import judge_waiting
from kpi.models import ClosedMonth, Improvement, ImprovementLoop, ReportSchedule, Target
from organization.models import Holiday, Membership, Person, Role, Site, SiteNotice, Zone
from patrols.models import Checkpoint, Plan, Round, Route, RoutePoint, Scan
from patrols.services.labels import issue_label
from rosters.models import Post, Shift
from surveys.models import (
    Forum,
    Observation,
    ObservationFinding,
    Occasion,
    PaperSheet,
    SaidDone,
    SurveyPlan,
    Wave,
)
from tests.incidents.factories import AlarmSourceFactory, CaseFactory
from tests.organization.factories import (
    BuildingFactory,
    DepartmentFactory,
    HouseholdFactory,
    ResidentFactory,
    ZoneFactory,
    person_with,
)
from tests.surveys.factories import (
    InvitationFactory,
    QuestionFactory,
    QuestionnaireFactory,
    VersionFactory,
    WaveFactory,
)
from tests.surveys.scored import answer, running_wave, say

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f00050001ff"
    "89993d1d0000000049454e44ae426082"
)
CANARY = "CANARY-B"


@dataclass
class World:
    """The objects of one site, by noun."""

    site: Site
    objects: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, noun: str) -> Any:
        return self.objects[noun]


def build(site: Site, *, mark: str = "") -> World:
    """One of everything at `site`; `mark` stands in every text of it."""
    text, moment = mark or "Ours", now()
    person = person_with(Role.GUARD, site=site, name=f"{text} Guard of {site.code}")
    record("core.signed_in", actor=person, company=site.company, site=site, details={"text": text})
    places = place_objects(site, text)
    patrols = patrol_objects(site, text, person, places["zone"], moment)
    return World(
        site,
        {
            "site": site,
            "person": person,
            "membership": Membership.objects.filter(person=person).get(),
            **places,
            **patrols,
            **case_objects(site, text, person, places, moment),
            **setting_objects(site, text, moment),
            **tellers(site, text),
            **figure_objects(site, text, person),
            **clock_objects(site, text, person),
            **alarm_objects(site, text, places["zone"]),
            **for_residents(site, text, person),
            **survey_objects(site, text, places["household"]),
            **collected_objects(site, text, places["household"], person),
        },
    )


def place_objects(site: Site, text: str) -> dict[str, Any]:
    """The site's plan, a zone, a building, and who lives there."""
    site.plan.save("plan.png", ContentFile(PIXEL))
    building = BuildingFactory.create(site=site, name=f"{text} building")
    household = HouseholdFactory.create(
        site=site, building=building, code="1-1-101", note=f"{text} household"
    )
    return {
        "zone": ZoneFactory.create(
            site=site, name=f"{text} zone", duties=f"{text} duties", polygon=[[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]
        ),
        "building": building,
        "household": household,
        "resident": ResidentFactory.create(household=household, name=f"{text} resident", basis=f"{text} basis"),
        "department": DepartmentFactory.create(company=site.company, site=site, name=f"{text} department {site.code}"),
    }  # fmt: skip


def patrol_objects(site: Site, text: str, person: Person, zone: Zone, moment: datetime) -> dict[str, Any]:
    """A point with its checklist, a round of it on a post's shift, and what was scanned and checked there."""
    company = site.company
    checklist = Checklist.objects.create(company=company, code=f"CL-{site.code}", name={"en": f"{text} list"})
    version = ChecklistVersion.objects.create(
        checklist=checklist, number=1, state="published", published_at=moment
    )
    ChecklistVersion.objects.create(checklist=checklist, number=2, state="draft")
    ChecklistItem.objects.create(version=version, position=1, label={"en": f"{text} question"})
    point = Checkpoint.objects.create(
        site=site, zone=zone, code="P1", name=f"{text} point", x=0.2, y=0.3, checklist=checklist
    )
    issue_label(user=person_with(Role.SUPERVISOR, site=site, name=f"{text} Issuer"), checkpoint=point)
    route = Route.objects.create(site=site, name=f"{text} route", zone=zone)
    RoutePoint.objects.create(route=route, checkpoint=point, position=1)
    post = Post.objects.create(
        site=site, code="G1", name=f"{text} post", coverage={"mon": [["00:00", "24:00"]]}
    )
    rule = rule_from_json({"frequency": "daily", "times": ["08:00"]})
    plan = Plan.objects.create(site=site, route=route, name=f"{text} plan", rule=rule, post=post)
    round_ = Round.objects.create(
        company=company, site=site, plan=plan, route=route, post=post, discipline="security", points=[point.pk],
        opens_at=moment - timedelta(minutes=10), due_start=moment, due_end=moment + timedelta(hours=1),
        closes_at=moment + timedelta(hours=2),
    )  # fmt: skip
    return {
        "checklist": checklist,
        "point": point,
        "route": route,
        "post": post,
        "plan": plan,
        "round": round_,
        "shift": Shift.objects.create(
            site=site, post=post, person=person, starts_at=moment, ends_at=moment + timedelta(hours=8)
        ),
        "scan": Scan.objects.create(
            id=uuid7(), company=company, site=site, checkpoint=point, round=round_, person=person, device_time=moment,
            corrected_at=moment, received_at=moment, time_trust="exact", method="qr", verdict="plausible", reasons=["no_location"],
            explanation=f"{text} reason", body_sha256=bytes(32),
        ),
        "check": Check.objects.create(
            company=company, site=site, version=version, person=person, device_at=moment, made_at=moment, received_at=moment
        ),
    }  # fmt: skip


def case_objects(
    site: Site, text: str, person: Person, places: dict[str, Any], moment: datetime
) -> dict[str, Any]:
    """A hazard, an incident that was reported upward and has somebody sent to it, an action and a request for help."""
    company, soon = site.company, moment + timedelta(days=2)
    incident = CaseFactory.create(
        company=company, site=site, number=f"EV-{site.code}-1", kind="incident", category="006", title=f"{text} incident",
        occurred_at=moment, reported_at=moment, reported_by=person, facts={"level": 4, "confirmed_at": moment},
    )  # fmt: skip
    UpwardReport.objects.create(case=incident, due_at=moment + timedelta(minutes=30), unit=f"{text} unit")
    return {
        "incident": incident,
        "case": CaseFactory.create(
            company=company, site=site, zone=places["zone"], number=f"HZ-{site.code}-1", kind="hazard", title=f"{text} case",
            description=f"{text} description", occurred_at=moment, reported_at=moment, reported_by=person,
        ),
        "action": ActionItem.objects.create(
            company=company, site=site, number=f"AC-{site.code}-1", title=f"{text} action", description=f"{text} measure", owner=person,
            created_by=person, created_at=moment, due_at=soon, original_due_at=soon,
        ),
        "request": CollaborationRequest.objects.create(
            company=company, site=site, number=f"CR-{site.code}-1", title=f"{text} request", description=f"{text} need",
            from_department=places["department"], to_party=f"{text} party", due_at=soon, answer_by=moment + timedelta(hours=4),
            submitted_by=person, submitted_at=moment, created_at=moment,
        ),
        "dispatch": Dispatch.objects.create(
            case=incident, person=person, assigned_by=person, assigned_at=moment, answer_by=moment + timedelta(minutes=5)
        ),
    }  # fmt: skip


def setting_objects(site: Site, text: str, moment: datetime) -> dict[str, Any]:
    """What administrators set: a holiday, a template of cases, a mailbox, a rule of approval."""
    common = {"company": site.company, "site": site}
    return {
        "holiday": Holiday.objects.create(
            company=site.company, day=moment.date() + timedelta(days=site.pk), name=f"{text} day"
        ),
        "case_template": CaseTemplate.objects.create(
            **common, code=f"T{site.pk}", name={"en": f"{text} template"}, kind="hazard", title={"en": f"{text} hazard"}
        ),
        "mailbox": Mailbox.objects.create(
            **common, address=f"desk{site.pk}@example.org", host="mail.invalid", username=f"{text} user", sealed_password=""
        ),
        "approval_rule": ApprovalRule.objects.create(
            **common, code=f"R{site.pk}", name={"en": f"{text} rule"}, kind="hazard", step="close", waives_superior=True
        ),
    }  # fmt: skip


def tellers(site: Site, text: str) -> dict[str, Any]:
    """A robot of a chat group and a webhook, each with a message on its way."""
    company = site.company
    robot = Robot(company=company, site=site, name=f"{text} robot {site.code}", vendor="wecom", language="en")
    robot.address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=world"
    robot.save()
    webhook = Webhook(
        company=company, site=site, name=f"{text} webhook {site.code}", address="https://erp.example.org/", subscribed=["case.opened"]
    )  # fmt: skip
    webhook.secret = "whsec_world"
    webhook.save()
    return {
        "robot": robot,
        "webhook": webhook,
        "robot_message": RobotMessage.objects.create(robot=robot, kind="incidents.case_opened", site=site),
        "webhook_delivery": WebhookDelivery.objects.create(webhook=webhook, event="case.opened", body="{}"),
    }


def figure_objects(site: Site, text: str, person: Any) -> dict[str, Any]:
    """An improvement measure, a closed month, a target that is asked for, a schedule of reports."""
    company, moment = site.company, now()
    improvement = Improvement.objects.create(
        company=company, site=site, number=f"IM-{site.code}-1", title=f"{text} improvement", problem=f"{text} problem", owner=person,
        impact=4, effort=2, indicator="K09", proposed_by=person, created_at=moment,
    )  # fmt: skip
    improvement.current = ImprovementLoop.objects.create(
        improvement=improvement,
        measure=f"{text} plan",
        starts_on=moment.date(),
        due_on=moment.date() + timedelta(days=28),
    )
    improvement.save()
    return {
        "improvement": improvement,
        "closed_month": ClosedMonth.objects.create(
            company=company, site=site, month=moment.date().replace(year=2025, day=1), closed_by=person, closed_at=moment,
            content=json.dumps({
                "figures": {}, "days": {}, "windows": {}, "targets": {}, "zones": {}, "profile": {"households": 1, "population": 2}
            }),
            sha256="0" * 64,
        ),
        "target": Target.objects.create(
            company=company, site=site, indicator="K04", value=0.97, starts=(moment.date().replace(day=1) + timedelta(days=62)).replace(day=1),
            reason=f"{text} reason", proposed_by=person, proposed_at=moment
        ),
        "schedule": ReportSchedule.objects.create(
            company=company, site=site, name=f"{text} committee", edition="owners", addresses=[f"owners{site.pk}@example.org"]
        ),
    }  # fmt: skip


def collected_objects(site: Site, text: str, household: Any, person: Any) -> dict[str, Any]:
    """A running wave with names, an invitation and a paper form of it, an observation with a finding, a forum, a line of feedback."""
    wave = running_wave(site, is_anonymous=False, title={"en": f"{text} running wave"})
    invitation = InvitationFactory.create(wave=wave, household=household)
    answer(wave, [5] * 6)
    say(wave, [f"{text} words"])
    closed = running_wave(site, is_anonymous=False, title={"en": f"{text} closed wave"})
    answer(closed, [5] * 6)
    yesterday = now() - timedelta(days=1)
    closed_on = local(yesterday, site.zone_info).date()
    Wave.objects.filter(pk=closed.pk).update(
        state="closed", closed_on=closed_on, closed_at=yesterday, population=6, invited=6
    )
    standing = WaveFactory.create(
        site=site, version=wave.version, title={"en": f"{text} after a service"}, audience="service", state="open",
        population=0, opens_at=now(), opened_at=now(), closes_at=None,
    )  # fmt: skip
    observation = Observation.objects.create(
        site=site, observed_at=now(), observer=person, what_was_seen=f"{text} observation"
    )
    return {
        "running_wave": wave,
        "standing_wave": standing,
        "running_invitation": invitation,
        "paper_sheet": PaperSheet.objects.create(wave=wave, code=f"SHEET{site.pk}", invitation=invitation),
        "observation": observation,
        "observation_finding": ObservationFinding.objects.create(
            observation=observation, text=f"{text} finding"
        ),
        "forum": Forum.objects.create(
            site=site, held_at=now(), place=f"{text} hall", topics=f"{text} topics"
        ),
        "said_done": SaidDone.objects.create(
            site=site, wave=wave, said={"en": f"{text} said"}, did={"en": f"{text} did"}
        ),
    }


def survey_objects(site: Site, text: str, household: Any) -> dict[str, Any]:
    """A questionnaire with a draft, a drawn wave of households in preparation, a plan with what is due, an invitation."""
    questionnaire = QuestionnaireFactory.create(
        company=site.company, code=f"Q-{site.code}", title={"en": f"{text} questionnaire"}
    )
    version = VersionFactory.create(questionnaire=questionnaire)
    QuestionFactory.create(version=version, text={"en": f"{text} question?"})
    draft = VersionFactory.create(questionnaire=questionnaire, number=2, state="draft", published_at=None)
    question = QuestionFactory.create(version=draft, text={"en": f"{text} new question?"})
    wave = WaveFactory.create(
        site=site, version=version, title={"en": f"{text} wave"}, seed=1, population=1, needed=1, invited=1, drawn_at=now(),
        gate_serial=1, gate_token_sha256=digest(f"gate {site.pk}"),
    )  # fmt: skip
    rule = rule_from_json({"frequency": "monthly", "month_days": [5], "times": ["09:00"]})
    plan = SurveyPlan.objects.create(
        site=site, activity="analysis", rule=rule, starts_on=now().date(), ahead_days=0
    )
    return {
        "questionnaire": questionnaire,
        "questionnaire_version": version,
        "survey_section": draft.sections.get(),
        "survey_question": question,
        "wave": wave,
        "invitation": InvitationFactory.create(wave=wave, household=household),
        "survey_plan": plan,
        "occasion": Occasion.objects.create(plan=plan, due_on=now().date()),
    }


def for_residents(site: Site, text: str, person: Any) -> dict[str, Any]:
    """An intake point and a published notice of a site."""
    moment = now()
    return {
        "intake_point": IntakePoint.objects.create(
            site=site, place=f"{text} gate", issued_at=moment, token_sha256=sha256(f"{site.pk}".encode()).hexdigest()
        ),
        "notice": SiteNotice.objects.create(
            site=site, title={"en": f"{text} notice"}, starts_at=moment, published_at=moment, published_by=person
        ),
    }  # fmt: skip


def alarm_objects(site: Site, text: str, zone: Any) -> dict[str, Any]:
    """A source with a rule and a device, and a new alarm of it with its message."""
    source = AlarmSourceFactory.create(site=site, zone=zone, name=f"{text} cameras", topic="cameras/#")
    rule = AlarmRule.objects.create(source=source, code="loitering", title=f"{text} loitering", zone=zone)
    take(source=source, messages=read(b'{"id": "1", "code": "motion", "device": "C1"}'), channel="webhook")
    judge_waiting(source_id=source.pk)
    alarm = source.alarms.get()
    alarm.title = f"{text} motion"
    alarm.save()
    return {"alarm_source": source, "alarm_rule": rule, "alarm": alarm}


def clock_objects(site: Site, text: str, person: Any) -> dict[str, Any]:
    """A limit, an elastic rule, an escalation policy with a step, and a storm of a site."""
    company = site.company
    policy = EscalationPolicy.objects.create(company=company, site=site, name=f"{text} policy")
    EscalationStep.objects.create(policy=policy, position=1, delay_minutes=5, roles=[Role.SUPERVISOR])
    return {
        "limit": LimitRule.objects.create(
            company=company,
            site=site,
            aspect="completion",
            kind="hazard",
            minutes=60,
            basis=f"{text} contract",
        ),
        "elastic": ElasticRule.objects.create(
            company=company, site=site, condition="night", extra_minutes=5, reason=f"{text} night"
        ),
        "policy": policy,
        "storm": SiteCondition.objects.create(site=site, started_at=now(), started_by=person),
    }
