"""A resident without an account scans a printed code and reports; the form loses nothing and opens one case."""

import io
import re
from datetime import timedelta
from string import ascii_lowercase
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.clock import now
from core.models import Attachment, Blob, OutboxItem
from incidents.links import case_token, point_token, point_url
from incidents.models import Case, EntryPhoto, FollowUp, IntakePoint, Report
from incidents.reports import BECOMES
from incidents.services.intake_points import add_point, change_point, issue_label
from organization.models import Site
from portal import limits
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R027"), pytest.mark.requirement("R095")]


CSS = ("tokens.css", "residents.css")


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """A code in a lift."""
    return add_point(user=cast.supervisor, site=site, place="Lift of building 3")


def token_of(point: IntakePoint) -> str:
    return point_token(point.pk, point.serial)


def picture(name: str = "tap.jpg", colour: str = "red", size: tuple[int, int] = (320, 240)) -> Any:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def send(client: Client, point: IntakePoint, report: str = "repair", **data: Any) -> Any:
    given = {"key": str(uuid4()), "text": "The light does not go on\nsince Monday", "place": "Lift 3", **data}
    return client.post(reverse("portal:point_report", args=[token_of(point), report]), given)


class TestTheFirstPage:
    def test_offers_what_the_point_offers_and_nothing_else(
        self, client: Client, cast: Cast, point: IntakePoint
    ) -> None:
        change_point(user=cast.supervisor, point=point, offers=["complaint", "repair"])
        page = client.get(reverse("portal:point", args=[token_of(point)])).content.decode()
        assert "Something is broken" in page
        assert "A complaint" in page
        assert "Something is dangerous" not in page
        assert send(client, point, "danger").status_code == 404

    @pytest.mark.parametrize(
        ("header", "words"),
        [("zh-CN", "您想反映什么"), ("zh-HK", "您想反映什麼"), ("en-GB", "What would you like")],
    )
    def test_speaks_the_language_of_the_browser(
        self, client: Client, point: IntakePoint, header: str, words: str
    ) -> None:
        page = client.get(
            reverse("portal:point", args=[token_of(point)]), headers={"accept-language": header}
        )
        assert words in page.content.decode()

    def test_pages_are_small_and_have_no_script(self, client: Client, point: IntakePoint) -> None:
        for name, args in (("point", []), ("point_report", ["repair"]), ("point_information", [])):
            page = client.get(reverse(f"portal:{name}", args=[token_of(point), *args]))
            css = sum((settings.BASE_DIR / "static" / "css" / name).stat().st_size for name in CSS)
            assert len(page.content) + css < 30_000, name  # of 50 kB allowed, without compression
            assert b"<script" not in page.content
            assert page.headers["Cache-Control"] == "no-store, private"

    def test_an_emergency_shows_whom_to_call_before_the_form(
        self, client: Client, point: IntakePoint
    ) -> None:
        page = client.get(
            reverse("portal:point_report", args=[token_of(point), "emergency"])
        ).content.decode()
        assert page.index("tel:119") < page.index('<form method="post" enctype')
        assert "tel:110" in page
        assert "tel:120" in page


class TestReporting:
    @pytest.mark.parametrize("report", list(Report.values))
    def test_every_kind_becomes_its_case_and_leads_to_the_page_of_the_report(
        self, client: Client, point: IntakePoint, report: str
    ) -> None:
        answer = send(client, point, report, phone="138 0000 0000", name="Ms Li", unit="3-1-1502")
        case = Case.objects.get()
        assert (case.kind, case.priority, case.source) == (
            BECOMES[report].kind,
            BECOMES[report].priority,
            "resident",
        )
        assert (case.title, case.place, case.reporter_name) == ("The light does not go on", "Lift 3", "Ms Li")
        assert case.follow_up.unit == "3-1-1502"
        assert answer.url == reverse("portal:resident_case", args=[case_token(case.pk, 1)]) + "?new"
        assert case.number in client.get(answer.url).content.decode()

    def test_only_what_and_where_are_needed(self, client: Client, point: IntakePoint) -> None:
        answer = send(client, point, text="", place="")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count('class="error"') == 2
        assert send(client, point).status_code == 302

    def test_sent_twice_it_is_one_case(self, client: Client, point: IntakePoint) -> None:
        key = str(uuid4())
        first, second = send(client, point, key=key), send(client, point, key=key)
        assert first.url == second.url
        assert Case.objects.count() == 1

    def test_the_same_key_at_another_point_is_another_case(
        self, client: Client, cast: Cast, site: Site, point: IntakePoint
    ) -> None:
        other, key = add_point(user=cast.supervisor, site=site, place="South gate"), str(uuid4())
        assert send(client, point, key=key).url != send(client, other, key=key).url

    def test_photos_lose_their_metadata_and_belong_to_the_resident(
        self, client: Client, point: IntakePoint
    ) -> None:
        send(client, point, photos=[picture(colour="red"), picture(colour="blue")])
        assert Attachment.objects.count() == 2
        assert EntryPhoto.objects.filter(entry__case=Case.objects.get()).count() == 2

    def test_nothing_typed_is_lost_and_photos_survive_an_error(
        self, client: Client, point: IntakePoint
    ) -> None:
        answer = send(client, point, text="", name="Ms Li", photos=[picture()])
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="Ms Li"' in page
        assert "data:image/jpeg;base64," in page
        kept = re.search(r'name="kept" value="([^"]+)"', page)
        assert kept is not None
        send(client, point, kept=kept[1])
        assert Attachment.objects.get().blob.is_stored

    def test_kept_photos_can_be_left_out_and_are_good_at_this_point_only(
        self, client: Client, cast: Cast, site: Site, point: IntakePoint
    ) -> None:
        other = add_point(user=cast.supervisor, site=site, place="South gate")
        page = send(client, point, text="", photos=[picture()]).content.decode()
        kept = re.search(r'name="kept" value="([^"]+)"', page)
        assert kept is not None
        send(client, point, kept=kept[1], without="1")
        send(client, other, kept=kept[1])
        send(client, point, kept="forged")
        assert Attachment.objects.count() == 0

    @pytest.mark.parametrize("content", [b"", b"GIF89a<script>", b"%PDF-1.4", b"\xff\xd8\xff" + b"0" * 400])
    def test_hostile_files_are_named_and_the_words_stay(
        self, client: Client, point: IntakePoint, content: bytes
    ) -> None:
        answer = send(
            client, point, photos=[SimpleUploadedFile("<b>x.jpg", content or b"\0", "image/jpeg"), picture()]
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "&lt;b&gt;x.jpg" in page
        assert "The light does not go on" in page
        assert Blob.objects.count() == 1  # the good one is kept

    def test_more_photos_than_four_are_refused(self, client: Client, point: IntakePoint) -> None:
        photos = [picture(colour=one) for one in ("red", "green", "blue", "white", "black")]
        assert send(client, point, photos=photos).status_code == 422

    def test_a_machine_that_fills_every_field_opens_nothing(self, client: Client, point: IntakePoint) -> None:
        assert send(client, point, website="https://example.org").status_code == 200
        assert Case.objects.count() == 0

    def test_a_guardian_says_so(self, client: Client, point: IntakePoint) -> None:
        send(client, point, child="on")
        assert FollowUp.objects.get().is_for_child

    def test_whoever_leaves_an_address_gets_a_mail(self, client: Client, point: IntakePoint) -> None:
        send(client, point)
        assert not OutboxItem.objects.filter(handler="incidents.mail_resident").exists()
        send(client, point, email="li@example.org")
        assert OutboxItem.objects.get(handler="incidents.mail_resident").payload["what"] == "received"


class TestStrangers:
    def test_unknown_void_switched_off_and_closed_labels_look_the_same(
        self, client: Client, cast: Cast, site: Site, point: IntakePoint
    ) -> None:
        old = token_of(point)
        issue_label(user=cast.supervisor, point=point)
        off = add_point(user=cast.supervisor, site=site, place="North gate")
        change_point(user=cast.supervisor, point=off, is_active=False)
        pages = set()
        for token in (old, token_of(off), "a" * 26, "short", "A" * 26):
            answer = client.get(reverse("portal:point", args=[token]))
            assert answer.status_code == 404
            pages.add(
                re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode()).replace(token, "")
            )
        assert len(pages) == 1
        point.refresh_from_db()
        assert client.get(reverse("portal:point", args=[token_of(point)])).status_code == 200
        assert token_of(point) in point_url(point)

    def test_the_database_holds_no_token(self, point: IntakePoint) -> None:
        assert token_of(point) not in str(IntakePoint.objects.values().get())

    def test_a_forged_form_is_refused(self, point: IntakePoint) -> None:
        assert send(Client(enforce_csrf_checks=True), point).status_code == 403
        assert Case.objects.count() == 0

    def test_a_form_too_large_is_refused_before_it_is_read(self, client: Client, point: IntakePoint) -> None:
        url = reverse("portal:point_report", args=[token_of(point), "repair"])
        answer = client.post(
            url, data=b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="999999999"
        )
        assert answer.status_code == 413

    def test_too_many_reports_are_asked_to_wait_and_keep_their_words(
        self, client: Client, point: IntakePoint
    ) -> None:
        for _n in range(limits.REPORTS_PER_ADDRESS):
            assert send(client, point).status_code == 302
        answer = send(client, point, text="One more")
        assert answer.status_code == 429
        assert "One more" in answer.content.decode()
        forwarded = client.post(
            reverse("portal:point_report", args=[token_of(point), "repair"]),
            {"key": str(uuid4()), "text": "x", "place": "y"},
            headers={"x-forwarded-for": "198.51.100.7"},
        )
        assert forwarded.status_code == 429
        elsewhere = Client(REMOTE_ADDR="198.51.100.7")
        assert send(elsewhere, point).status_code == 302
        with time_machine.travel(now() + timedelta(minutes=11)):
            assert send(client, point).status_code == 302

    def test_guessing_is_stopped_even_for_a_good_link(self, client: Client, point: IntakePoint) -> None:
        with time_machine.travel(now().replace(second=5), tick=False):
            for n in range(limits.GUESSES_PER_ADDRESS):
                client.get(
                    reverse(
                        "portal:point", args=[f"{ascii_lowercase[n // 26]}{ascii_lowercase[n % 26]}" * 13]
                    )
                )
            assert client.get(reverse("portal:point", args=[token_of(point)])).status_code == 404
            assert (
                Client(REMOTE_ADDR="198.51.100.7")
                .get(reverse("portal:point", args=[token_of(point)]))
                .status_code
                == 200
            )
        cache.clear()
        assert client.get(reverse("portal:point", args=[token_of(point)])).status_code == 200
