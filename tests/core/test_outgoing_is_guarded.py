"""What people type in as an address of another program cannot reach into our own network, nor hold us up."""

import socket
import time
from typing import Any

import pytest

from core.outgoing import Unsent, post, posting, target_of
from core.outgoing.addresses import is_public
from tests.core.other_side import drips, floods, hangs_up, is_silent, other_side, says

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fd00::1", "fc00::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2001:0:7f00:1::", "2001:db8::1", "100::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "223.5.5.5", "2400:3200::1", "2606:4700::1111", "64:ff9b::101:101"]


@pytest.mark.parametrize("number", PRIVATE)
def test_numbers_that_are_not_of_the_public_network_are_refused(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", PUBLIC)
def test_public_numbers_are_taken(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "169.254.169.254", "2852039166", "10.0.0.1", "192.168.0.1", "[fd00::1]",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_gets_a_connection(host: str, monkeypatch: Any) -> None:
    connected: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda sock, place: connected.append(place))
    with pytest.raises(Unsent) as refusal:
        post(f"https://{host}/", b"{}", {})
    assert refusal.value.code in ("address", "name")
    assert connected == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://example.org/", "scheme"), ("ftp://example.org/", "scheme"), ("file:///etc/passwd", "name"),
        ("gopher://example.org/", "scheme"), ("//example.org/", "scheme"), ("https://", "name"), ("", "name"),
        ("https://user:pass@example.org/", "name"), ("https://example.org\\@127.0.0.1/", "name"),
        ("https://example.org/ x", "name"), ("https://example.org:99999/", "name"), ("https://例え.jp/", "name"),
        ("https://example.org/\r\nX: y", "name"), ("https://[::1/", "name"),
    ],
)  # fmt: skip
def test_only_plain_https_addresses_are_taken(address: str, code: str) -> None:
    with pytest.raises(Unsent) as refusal:
        target_of(address)
    assert refusal.value.code == code


def test_one_private_number_among_public_ones_refuses_them_all(monkeypatch: Any) -> None:
    def both(host: str, port: int, **options: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in ("1.1.1.1", "10.0.0.7")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(Unsent, match="address"):
        post("https://example.org/", b"{}", {})


def test_a_name_is_asked_once_and_the_checked_number_is_used(monkeypatch: Any, settings: Any) -> None:
    """A name that answers 127.0.0.1 the second time gains nothing: there is no second time."""
    answers = ["1.1.1.1", "127.0.0.1"]
    connected: list[Any] = []

    def changing(host: str, port: int, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def refuse(sock: Any, place: Any) -> None:
        connected.append(place)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(Unsent, match="connect"):
        post("https://example.org/", b"{}", {})
    assert connected == [("1.1.1.1", 443)]
    assert answers == ["127.0.0.1"]


def test_a_host_the_installation_names_may_be_private_and_without_https(settings: Any) -> None:
    with other_side(says(202, "taken")) as side:
        with pytest.raises(Unsent):
            post(side.url, b"{}", {})
        settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
        answer = post(f"{side.url}?a=1", b'{"x": 1}', {"X-Own": "y"})
    assert (answer.status, answer.body) == (202, b"taken")
    assert side.got[0].path == "/hook?a=1"
    assert side.got[0].headers["X-Own"] == "y"
    assert side.got[0].json == {"x": 1}


def test_redirects_are_not_followed(settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side(says(200)) as secret, other_side(says(302, "", Location=secret.url)) as side:
        assert post(side.url, b"{}", {}).status == 302
    assert secret.got == []


def test_an_answer_is_read_up_to_a_limit(settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side(floods(50)) as side:
        assert len(post(side.url, b"{}", {}).body) == posting.LARGEST


@pytest.mark.parametrize("manner", [is_silent(3), drips(3)], ids=["silent", "dripping"])
def test_whoever_is_slow_is_cut_off(manner: Any, settings: Any, monkeypatch: Any) -> None:
    """A body that drips a byte every 50 ms never lets a single wait run out; the whole has a time."""
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(posting, "TOTAL", 0.5)
    began = time.monotonic()
    with other_side(manner) as side, pytest.raises(Unsent, match="timeout"):
        post(side.url, b"{}", {})
    assert time.monotonic() - began < 2.5


def test_a_connection_that_ends_without_an_answer_is_no_success(settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side(hangs_up) as side, pytest.raises(Unsent, match="broken"):
        post(side.url, b"{}", {})
    with pytest.raises(Unsent, match="connect"):
        post(side.url, b"{}", {})


def test_the_reason_never_holds_the_address(settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with pytest.raises(Unsent) as refusal:
        post("http://127.0.0.1:9/send?key=SECRET", b"{}", {})
    assert "SECRET" not in refusal.value.stored + refusal.value.in_words


def test_https_is_checked_against_the_name(settings: Any) -> None:
    """A server without a certificate we trust gets nothing, also on an allowed host."""
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side() as side, pytest.raises(Unsent, match="broken"):
        post(side.url.replace("http:", "https:"), b"{}", {})
    assert side.got == []
