"""By link, without log-in: see how a report stands, add, answer, rate; and nothing of anybody else."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pghistory.models import Context

from core.attachments.staging import stage, usable
from core.clock import now
from core.logging import strip_queries
from core.models import Attachment, Notification
from incidents.links import case_token
from incidents.models import Case, CaseEntry, CaseStatus, EntryPhoto, FollowUp, IntakePoint, Report
from incidents.services import residents
from incidents.services.follow_ups import issue_link
from incidents.services.handling import add_note, assign_case, merge_duplicate
from incidents.services.intake_points import add_point
from incidents.services.residents import Sender, report
from incidents.services.steps import take_step
from organization.models import Site
from portal import limits
from tests.conftest import Cast
from tests.core.pictures import jpeg
from tests.incidents.factories import CaseFactory
from tests.outbox import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R095"), pytest.mark.requirement("R027")]
LANGUAGES = ("en", "zh-hans", "zh-hant")


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """A code at the gate."""
    return add_point(user=cast.supervisor, site=site, place="South gate")


def reported(point: IntakePoint, kind: str = Report.REPAIR, **sender: Any) -> FollowUp:
    return report(
        point=point, report=kind, key=uuid4(), text="The gate does not close", sender=Sender(**sender)
    ).follow_up


def address(follow_up: FollowUp, name: str = "case", *args: Any) -> str:
    return reverse(f"portal:resident_{name}", args=[case_token(follow_up.pk, follow_up.serial), *args])


def page_of(follow_up: FollowUp, language: str = "en") -> str:
    answer = Client().get(address(follow_up), headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def post_step(follow_up: FollowUp, step: str, **data: Any) -> Any:
    case = Case.objects.get(pk=follow_up.pk)
    given = {"key": str(uuid4()), "seen": residents.moment_of(case), **data}
    return Client().post(address(follow_up, "step", step), given)


def finish(case_id: int, cast: Cast) -> None:
    take_step(user=cast.supervisor, case_id=case_id, step="accept", values={})
    take_step(user=cast.supervisor, case_id=case_id, step="finish", values={"resolution": "New hinge fitted"})


class TestARequestFromBeginningToEnd:
    def test_solved_confirmed_and_rated(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        assert "We have received it" in page_of(follow_up)
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="accept", values={})
        assert "We are working on it" in page_of(follow_up)
        take_step(
            user=cast.supervisor, case_id=follow_up.pk, step="finish", values={"resolution": "New hinge"}
        )
        page = page_of(follow_up)
        assert "New hinge" in page
        assert "Is it solved for you?" in page
        assert post_step(follow_up, "confirm").status_code == 302
        assert Case.objects.get().status == CaseStatus.CLOSED
        answer = Client().post(address(follow_up, "rate"), {"rating": "5", "words": "Quick"})
        assert answer.status_code == 302
        facts = Case.objects.get().request
        assert (facts.rating, facts.rating_text) == (5, "Quick")
        assert "5 / 5" in page_of(follow_up)

    def test_not_solved_needs_a_word_and_opens_it_again(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        finish(follow_up.pk, cast)
        answer = post_step(follow_up, "reopen", note=" ")
        assert answer.status_code == 422
        assert Case.objects.get().status == CaseStatus.RESOLVED
        assert post_step(follow_up, "reopen", note="It still does not close").status_code == 302
        case = Case.objects.get()
        assert (case.status, case.reopened_count, case.resolved_at) == (CaseStatus.OPEN, 1, None)
        assert Notification.objects.filter(kind="incidents.case_reopened", recipient=cast.supervisor).exists()

    def test_withdrawn(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        assert post_step(follow_up, "withdraw", note="It works again").status_code == 302
        assert "It was withdrawn" in page_of(follow_up)

    def test_what_has_moved_on_is_read_first_and_the_words_stay(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        seen = residents.moment_of(Case.objects.get())
        with time_machine.travel(now() + timedelta(minutes=1)):
            finish(follow_up.pk, cast)
            answer = post_step(follow_up, "withdraw", seen=seen, note="I have mended it myself")
        assert answer.status_code == 409
        assert "Something has changed meanwhile" in answer.content.decode()
        assert Case.objects.get().status == CaseStatus.RESOLVED

    def test_after_reading_what_changed_the_same_form_can_be_sent(
        self, cast: Cast, point: IntakePoint
    ) -> None:
        follow_up = reported(point)
        seen = residents.moment_of(Case.objects.get())
        with time_machine.travel(now() + timedelta(minutes=1)):
            take_step(user=cast.supervisor, case_id=follow_up.pk, step="accept")
            answer = post_step(follow_up, "withdraw", seen=seen, note="I have mended it myself")
            page = answer.content.decode()
            assert answer.status_code == 409
            assert "I have mended it myself" in page
            form = page[page.index("/step/withdraw/") :]
            hidden = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', form[: form.index("</form>")]))
            assert (
                post_step(follow_up, "withdraw", note="I have mended it myself", **hidden).status_code == 302
            )

    def test_of_a_case_of_the_house_only_the_kind_is_told(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site, kind="violation", title="Wang of 3-101, dog", place="at 3-101")
        follow_up = issue_link(user=cast.supervisor, case_id=case.pk)
        page = page_of(follow_up)
        assert "Wang" not in page
        assert "3-101" not in page
        assert "Violation" in page

    def test_an_inner_change_is_no_obstacle(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        seen = residents.moment_of(Case.objects.get())
        assign_case(user=cast.supervisor, case_id=follow_up.pk, version=1, person=cast.facility_engineer)
        assert post_step(follow_up, "withdraw", seen=seen).status_code == 302

    def test_a_step_sent_twice_is_taken_once(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        finish(follow_up.pk, cast)
        key, seen = str(uuid4()), residents.moment_of(Case.objects.get())
        for _n in range(2):
            assert post_step(follow_up, "reopen", key=key, seen=seen, note="No").status_code == 302
        assert Case.objects.get().reopened_count == 1

    @pytest.mark.parametrize("step", ["accept", "finish", "expire", "decline", "nonsense"])
    def test_steps_of_the_house_are_no_steps_of_the_resident(self, point: IntakePoint, step: str) -> None:
        assert post_step(reported(point), step).status_code == 404


class TestAComplaint:
    def test_the_answer_is_accepted_or_not(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point, Report.COMPLAINT)
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="investigate", values={})
        values = {"facts.reply": "We have spoken with the night shift.", "facts.is_valid": True}
        take_step(user=cast.supervisor, case_id=follow_up.pk, step="reply", values=values)
        assert "We have spoken with the night shift." in page_of(follow_up)
        assert post_step(follow_up, "answer").status_code == 422  # which answer?
        assert post_step(follow_up, "answer", answer="accepted").status_code == 302
        case = Case.objects.get()
        assert (case.status, case.complaint.answer) == (CaseStatus.CLOSED, "accepted")
        assert post_step(follow_up, "reopen", note="It happened again").status_code == 302
        assert Case.objects.get().state == "investigating"

    def test_it_is_answered_not_rated(self, point: IntakePoint) -> None:
        with pytest.raises(ValidationError):
            residents.rate(case_id=reported(point, Report.COMPLAINT).pk, rating=5, words="")


class TestRating:
    def test_only_after_the_end_and_one_to_five(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        url = address(follow_up, "rate")
        assert Client().post(url, {"rating": "5"}).status_code == 422
        finish(follow_up.pk, cast)
        for wrong in ("0", "6", "", "x"):
            assert Client().post(url, {"rating": wrong}).status_code == 422
        assert Client().post(url, {"rating": "2"}).status_code == 302

    @pytest.mark.parametrize(("after", "status"), [(-1, 302), (0, 422), (1, 422)])
    def test_changed_within_fourteen_days(
        self, cast: Cast, point: IntakePoint, after: int, status: int
    ) -> None:
        follow_up, first = reported(point), now()
        finish(follow_up.pk, cast)
        with time_machine.travel(first, tick=False):
            residents.rate(case_id=follow_up.pk, rating=2, words="Slow")
        with time_machine.travel(first + residents.RATING_OPEN + timedelta(seconds=after), tick=False):
            assert Client().post(address(follow_up, "rate"), {"rating": "4"}).status_code == status
        assert Case.objects.get().request.rated_at == first


class TestWords:
    def test_a_word_and_a_photo_are_added_and_told(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        assign_case(user=cast.supervisor, case_id=follow_up.pk, version=1, person=cast.guard)
        given = {"key": str(uuid4()), "text": "Now it squeaks too"}
        assert Client().post(address(follow_up, "word"), given).status_code == 302
        assert Client().post(address(follow_up, "word"), given).status_code == 302
        assert page_of(follow_up).count("Now it squeaks too") == 1
        told = Notification.objects.filter(kind="incidents.resident_wrote")
        assert [one.recipient for one in told] == [cast.guard]

    def test_an_empty_word_is_asked_for_again(self, point: IntakePoint) -> None:
        answer = Client().post(address(reported(point), "word"), {"key": str(uuid4()), "text": " "})
        assert answer.status_code == 422

    def test_an_answer_of_ours_is_read_and_mailed(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point, email="li@example.org", language="zh-hans")
        add_note(user=cast.supervisor, case_id=follow_up.pk, text="明天上午上门", is_internal=False)
        finish(follow_up.pk, cast)
        assert "明天上午上门" in page_of(follow_up)
        work_off("incidents.mail_resident")
        received, answered, accepted, done = mail.outbox
        assert all(one.to == ["li@example.org"] for one in mail.outbox)
        assert case_token(follow_up.pk, 1) in str(received.body)
        assert "明天上午上门" in str(answered.body)
        assert "New hinge fitted" in str(done.body)
        assert accepted.extra_headers["Content-Language"] == "zh-hans"
        assert not any(name in str(one.message()) for one in mail.outbox for name in ("Supervisor",))


class TestNothingOfAnybodyElse:
    SECRET = "CANARY"

    def seeded(self, kind: str, cast: Cast, point: IntakePoint) -> FollowUp:
        """A case of every kind with a secret in everything the resident must not read."""
        follow_up = reported(point, kind)
        case = Case.objects.get(pk=follow_up.pk)
        secret = self.SECRET
        cast.facility_engineer.name = f"{secret} Engineer"
        cast.facility_engineer.save()
        assign_case(user=cast.supervisor, case_id=case.pk, version=1, person=cast.facility_engineer)
        add_note(user=cast.facility_engineer, case_id=case.pk, text=f"{secret} inner note")
        Case.objects.filter(pk=case.pk).update(
            cause=f"{secret} cause", lessons=f"{secret} lessons", no_action_reason=f"{secret} reason"
        )
        facts = {
            "hazard": {
                "measure": secret,
                "interim_protection": secret,
                "authority": secret,
                "verification": secret,
            },
            "violation": {"offender_name": secret, "facts": secret, "evidence": secret, "plan": secret},
            "complaint": {"parties": secret, "mediation": secret},
            "incident": {},
            "service_request": {},
        }[case.kind]
        rows = {"service_request": "request"}.get(case.kind, case.kind)
        type(getattr(case, rows)).objects.filter(pk=case.pk).update(**facts)
        for code in ("submit", "investigate", "mediate", "plan", "fix", "confirm"):
            CaseEntry.objects.create(
                case=case, kind="step", at=now(), actor=cast.facility_engineer, code=code, text=f"{secret} step",
                to_state=case.state, is_internal=code == "confirm",
            )  # fmt: skip
        CaseFactory.create(site=point.site, title=f"{secret} other", description=secret, reporter_name=secret)
        add_note(user=cast.facility_engineer, case_id=case.pk, text="", photos=["a" * 64])
        return follow_up

    @pytest.mark.parametrize("kind", list(Report.values))
    def test_no_inner_word_and_no_name_is_on_any_page(
        self, cast: Cast, point: IntakePoint, kind: str
    ) -> None:
        follow_up = self.seeded(kind, cast, point)
        for language in LANGUAGES:
            assert self.SECRET not in page_of(follow_up, language)
        assert "Facility engineer" in page_of(follow_up)

    def test_only_photos_told_are_shown(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        inner, outer = stage(
            point.site.company_id, usable([ContentFile(jpeg((40, 30))), ContentFile(jpeg((50, 30)))])
        )
        add_note(user=cast.guard, case_id=follow_up.pk, text="inner", photos=[inner])
        add_note(user=cast.supervisor, case_id=follow_up.pk, text="outer", photos=[outer], is_internal=False)
        shown = EntryPhoto.objects.get()
        assert shown.attachment.blob.sha256 == outer
        url = address(follow_up, "photo", shown.attachment_id, "thumb")
        answer = Client().get(url)
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]

        hidden = Attachment.objects.exclude(pk=shown.attachment_id).get()
        assert Client().get(address(follow_up, "photo", hidden.pk, "thumb")).status_code == 404
        stranger = reported(point)
        assert Client().get(address(stranger, "photo", shown.attachment_id, "thumb")).status_code == 404

    def test_a_merged_report_tells_nothing_of_the_other(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        other = CaseFactory.create(
            site=point.site, kind="service_request", title="CANARY", number="SR-CANARY-1"
        )
        merge_duplicate(user=cast.supervisor, case_id=follow_up.pk, version=1, original_id=other.pk)
        page = page_of(follow_up)
        assert "reported before" in page
        assert "CANARY" not in page

    def test_foreign_and_void_links_look_like_unknown_ones(self, cast: Cast, point: IntakePoint) -> None:
        follow_up = reported(point)
        old = case_token(follow_up.pk, 1)
        issue_link(user=cast.supervisor, case_id=follow_up.pk)
        pages = set()
        for token in (old, "b" * 52, "not-a-token", case_token(follow_up.pk + 1, 1)):
            answer = Client().get(reverse("portal:resident_case", args=[token]))
            assert answer.status_code == 404
            pages.add(
                re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode()).replace(token, "")
            )
        assert len(pages) == 1
        assert old not in str(FollowUp.objects.values().get())

    def test_anonymous_posts_need_their_page(self, point: IntakePoint) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.post(address(reported(point), "word"), {"text": "x"}).status_code == 403

    def test_links_are_in_no_log_and_no_history(self, point: IntakePoint) -> None:
        token = case_token(1, 1)
        for key in ("request", "path", "event"):
            line = strip_queries(None, "info", {key: f"GET /r/case/{token}/word/?x"})
            assert token not in str(line)
        follow_up = reported(point)
        Client().post(address(follow_up, "word"), {"key": str(uuid4()), "text": "Hello"})
        assert case_token(follow_up.pk, 1) not in str(
            list(Context.objects.values_list("metadata", flat=True))
        )


class TestALostLink:
    def test_is_mailed_to_the_address_that_was_left_and_the_answer_tells_nothing(
        self, point: IntakePoint
    ) -> None:
        follow_up = reported(point, email="li@example.org")
        work_off("incidents.mail_resident")
        mail.outbox.clear()
        url, number = reverse("portal:resident_find"), follow_up.case.number
        right = Client().post(url, {"number": number.lower(), "email": "LI@example.org"})
        wrong = Client().post(url, {"number": number, "email": "other@example.org"})
        strip = lambda answer: re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())  # noqa: E731
        assert strip(right) == strip(wrong)
        Client().post(url, {"number": number, "email": "li@example.org"})
        work_off("incidents.mail_resident")
        assert [one.to for one in mail.outbox] == [["li@example.org"]]  # once in a quarter of an hour
        assert case_token(follow_up.pk, 1) in str(mail.outbox[0].body)


def test_no_two_elements_of_the_page_have_one_name(cast: Cast, point: IntakePoint) -> None:
    follow_up = reported(point)
    finish(follow_up.pk, cast)  # confirm, not solved, rating and word stand side by side
    names = re.findall(r' id="([^"]+)"', page_of(follow_up))
    assert len(names) == len(set(names))
    labels = set(re.findall(r' for="([^"]+)"', page_of(follow_up)))
    assert labels <= set(names)


class TestWhatIsKept:
    def test_is_said_so_that_one_knows_it_and_nobody_learns_it(self, point: IntakePoint) -> None:
        page = page_of(
            reported(point, name="欧阳修远", phone="138 0013 8000", email="li@example.org", unit="3-1-1502")
        )
        for shown in ("欧…", "…000", "l…@example.org", "3-…"):
            assert shown in page
        for hidden in ("欧阳", "0013", "li@", "1502"):
            assert hidden not in page
        assert "no name, no number, no address" in page_of(reported(point))


class TestTooMuchAtOnce:
    def test_words_wait_and_are_not_lost(self, point: IntakePoint, monkeypatch: pytest.MonkeyPatch) -> None:
        follow_up = reported(point)
        monkeypatch.setattr(limits, "WORDS_PER_ADDRESS", 2)
        for n in range(2):
            given = {"key": str(uuid4()), "text": f"Word {n}"}
            assert Client().post(address(follow_up, "word"), given).status_code == 302
        answer = Client().post(address(follow_up, "word"), {"key": str(uuid4()), "text": "Word too much"})
        assert answer.status_code == 429
        assert "Word too much" in answer.content.decode()
        assert post_step(follow_up, "withdraw", note="Never mind").status_code == 429
        assert Client().post(address(follow_up, "rate"), {"rating": "1"}).status_code == 429

    def test_asking_for_links_is_limited(self) -> None:
        given = {"number": "SR1", "email": "li@example.org"}
        answers = [Client().post(reverse("portal:resident_find"), given).status_code for _n in range(7)]
        assert answers == [200] * limits.FINDS_PER_ADDRESS + [429] * (7 - limits.FINDS_PER_ADDRESS)


def test_the_page_asks_as_often_with_many_lines_as_with_few(cast: Cast, point: IntakePoint) -> None:
    follow_up = reported(point)

    def queries() -> int:
        page_of(follow_up)
        with CaptureQueriesContext(connection) as captured:
            page_of(follow_up)
        return len(captured)

    few = queries()
    for n in range(30):
        residents.add_word(case_id=follow_up.pk, text=f"Word {n}", key=uuid4())
    assert queries() == few
    assert few <= 8
