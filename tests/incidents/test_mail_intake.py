"""Mails of residents become requests once each; machines are not answered; what fails is tried again."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import call_command

from core.models import Attachment
from incidents.links import case_token
from incidents.mailbox import mailbox_of
from incidents.models import Case, CaseEntry, CaseSource, FollowUp
from incidents.services import mail_intake, mail_polling
from incidents.services.mail_intake import take_mail
from incidents.services.opening import open_case
from organization.models import Site
from tests.core.pictures import jpeg
from tests.incidents.imap_server import PASSWORD, Post, imap
from tests.outbox import work_off

pytestmark = pytest.mark.django_db


def letter(identifier: str = "<1@example.org>", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "李女士 <li@example.org>", "Subject": "楼道灯不亮", "Message-ID": identifier, **headers}
    for name, value in given.items():
        message[name.replace("_", "-")] = value
    message.set_content("15 楼\n昨天开始\n")
    return message


@pytest.fixture
def post(site: Site, settings: Any) -> Iterator[Post]:
    """A mailbox for our site."""
    with imap() as made:
        address = f"imap://office:{quote(PASSWORD)}@127.0.0.1:{made.port}/INBOX?site={site.company.code}/{site.code}"
        settings.MAIL_INTAKE = [address]
        yield made


class TestTheMailbox:
    def test_a_mail_becomes_a_request_once_and_is_answered_with_a_link(self, post: Post) -> None:
        post.mails.append(letter().as_bytes())
        assert mail_polling.read_mail() == 1
        assert post.seen == {1}
        post.seen.clear()  # somebody marks it as unread
        mail_polling.read_mail()
        case = Case.objects.get()
        assert (case.kind, case.source, case.title) == ("service_request", CaseSource.MAIL, "楼道灯不亮")
        assert (case.description, case.reporter_name) == ("15 楼\n昨天开始", "李女士")
        work_off("incidents.mail_resident")
        assert [one.to for one in mail.outbox] == [["li@example.org"]]
        assert case_token(case.pk, 1) in str(mail.outbox[0].body)

    def test_what_fails_stays_unseen_and_the_others_are_taken(self, post: Post, monkeypatch: Any) -> None:
        post.mails += [letter("<1@x>", Subject="bad").as_bytes(), letter("<2@x>").as_bytes()]
        opening = open_case

        def refuse(**given: Any) -> Any:
            if given["title"] == "bad":
                raise ValueError("bad")
            return opening(**given)

        monkeypatch.setattr(mail_intake, "open_case", refuse)
        assert mail_polling.read_mail() == 1
        assert post.seen == {2}
        monkeypatch.undo()
        assert mail_polling.read_mail() == 1
        assert Case.objects.count() == 2

    def test_a_mailbox_that_does_not_answer_waits(self, post: Post, settings: Any) -> None:
        post.mails.append(letter().as_bytes())
        wrong = settings.MAIL_INTAKE[0].replace("office:", "office:x")
        silent = settings.MAIL_INTAKE[0].replace(str(post.port), "9")
        nowhere = settings.MAIL_INTAKE[0].replace("INBOX", "Nothing")
        foreign = settings.MAIL_INTAKE[0].replace("/main", "/unknown")
        settings.MAIL_INTAKE = [
            silent,
            nowhere,
            foreign,
            settings.MAIL_INTAKE[0].replace(quote(PASSWORD), "no"),
        ]
        assert mail_polling.read_mail() == 0
        assert wrong
        assert Case.objects.count() == 0

    def test_by_the_command(self, post: Post, capsys: Any) -> None:
        post.mails.append(letter().as_bytes())
        call_command("read_mail")
        assert capsys.readouterr().out == "1 taken\n"

    def test_an_address_that_says_too_little_tells_no_password(self) -> None:
        with pytest.raises(ValueError, match="site=company/site") as caught:
            mailbox_of("imaps://office:hush@mail.example.org/INBOX")
        assert "hush" not in str(caught.value)
        assert "hush" not in repr(mailbox_of("imaps://office:hush@mail.example.org/?site=a/b"))


class TestALetter:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"List_Id": "<all.example.org>"},
            {"Return_Path": "<>"},
            {"From": "nobody"},
            {"X_Auto_Response_Suppress": "All"},
        ],
    )
    def test_of_a_machine_is_left_alone(self, site: Site, headers: dict[str, str]) -> None:
        assert take_mail(letter(**headers).as_bytes(), site) is None
        assert Case.objects.count() == 0

    def test_with_photos_and_html_and_a_quoted_answer(self, site: Site) -> None:
        message = EmailMessage()
        message["From"], message["Message-ID"], message["Subject"] = "li@example.org", "<3@x>", "Leak"
        text = "<style>p{}</style><p>It drips &amp; drips</p><p>since Monday</p><p>On 3 March the office wrote:</p><p>old</p>"
        message.set_content(text, subtype="html")
        message.add_attachment(jpeg(), maintype="image", subtype="jpeg", filename="a.jpg")
        message.add_attachment(b"MZ", maintype="image", subtype="jpeg", filename="virus.jpg")
        case = take_mail(message.as_bytes(), site)
        assert case is not None
        assert case.description == "It drips & drips\nsince Monday"
        assert case.reporter_name == "li"
        assert Attachment.objects.count() == 1

    def test_that_names_a_case_adds_to_it_if_its_sender_follows_it(self, site: Site) -> None:
        case = take_mail(letter().as_bytes(), site)
        assert case is not None
        again = letter("<2@x>", Subject=f"Re: {case.number} received").as_bytes()
        assert take_mail(again, site) == case
        take_mail(again, site)
        assert CaseEntry.objects.filter(case=case, code="resident").count() == 1
        other = letter("<3@x>", Subject=f"Re: {case.number}", From="other@example.org").as_bytes()
        assert take_mail(other, site) != case
        assert FollowUp.objects.count() == 2

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00\xff\xfe",
            b"From: a@b.cd\nMessage-ID: <x>\nContent-Type: text/plain; charset=nonsense\n\n\xff\xfe",
            b"From: a@b.cd\nMessage-ID: <y>\nSubject: =?utf-8?q?=00?=\nContent-Type: multipart/mixed\n\nno boundary",
            b"From: a@b.cd\nMessage-ID: <z>\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n!!!!",
        ],
    )
    def test_that_is_broken_breaks_nothing(self, site: Site, raw: bytes) -> None:
        take_mail(raw, site)
