"""What a mail says, in whatever form mail programs write it."""

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incidents.mail.fetching import quoted
from incidents.mail.reading import read
from tests.incidents.mail.post_office import mail


def test_words_sender_and_subject() -> None:
    letter = read(mail("三单元电梯异响，请检查。", subject="回复：Re: 电梯异响").as_bytes())
    assert (letter.sender_name, letter.sender_email) == ("李女士", "li@example.org")
    assert (letter.subject, letter.text) == ("电梯异响", "三单元电梯异响，请检查。")
    assert not letter.is_automatic


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 1 Dec 2026 at 09:00, Desk <desk@x.org> wrote:",
        "2026年12月1日，秩序 写道：",
        "-----原始邮件-----",
        "From: Desk",
    ],
)
def test_what_is_quoted_is_left_out(quoted: str) -> None:
    letter = read(mail(f"还是漏水。\n\n{quoted}\n> 已修好\n已修好").as_bytes())
    assert letter.text == "还是漏水。"


def test_the_words_of_html_without_its_scripts() -> None:
    made = EmailMessage()
    made["From"] = "a@b.org"
    made.set_content(
        "<style>p{}</style><p>Lamp&nbsp;out</p><script>x()</script><p>Floor 3</p>", subtype="html"
    )
    assert [line for line in read(made.as_bytes()).text.splitlines() if line] == ["Lamp out", "Floor 3"]


def test_chinese_of_an_old_mail_program() -> None:
    raw = b"From: a@b.org\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n" + "电梯停了".encode(
        "gb18030"
    )
    assert read(raw).text == "电梯停了"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<x.org>"},
        {"Return_Path": "<>"},
    ],
)
def test_machines_are_known(headers: dict[str, Any]) -> None:
    assert read(mail("I am away", **headers).as_bytes()).is_automatic


def test_pictures_are_kept_and_other_files_named() -> None:
    made = mail("see", pictures=(b"one", b"two"))
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")
    letter = read(made.as_bytes())
    assert (letter.images, letter.left_out) == ((b"one", b"two"), ("bill.pdf",))


@given(st.binary(max_size=2000))
@example(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: image/png\r\n\r\n")
@example(
    b"From: =?x?Q?=zz?= <@>\r\nSubject: =?utf-8?B?////?=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!"
)
@example(b"Content-Type: text/html; charset=utf-7\r\n\r\n<p><script>")
def test_no_bytes_are_refused(raw: bytes) -> None:
    letter = read(raw)
    assert "\x00" not in letter.text + letter.subject + letter.sender_email
    assert len(letter.digest) == 64


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("INBOX", '"INBOX"'),
        ("草稿箱", '"&g0l6P3ux-"'),
        ("已发送", '"&XfJT0ZAB-"'),
        ("垃圾邮件", '"&V4NXPpCuTvY-"'),
        ("Faults & questions", '"Faults &- questions"'),
        ('a "b"\\c', '"a \\"b\\"\\\\c"'),
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
    ],
)
def test_folders_are_named_as_the_server_writes_them(folder: str, written: str) -> None:
    """The last one is the example of RFC 3501; the Chinese ones are those of large Chinese providers."""
    assert quoted(folder) == written
