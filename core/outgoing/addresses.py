"""Which addresses may be posted to. Decided when the socket is opened, about the number it is opened to.

Names are resolved once and the connection goes to the very number that was checked, so a name that answers
differently the second time, or a number written in another way (decimal, octal, mapped into IPv6), changes nothing.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings

from core.outgoing.reasons import Unsent

#: Printable ASCII: nothing that two parsers could read in two ways.
PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]{1,2000}")
GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
#: Numbers of one name that are tried, one after the other.
MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_private_allowed(self) -> bool:
        """Has whoever runs the installation named this host as one of their own (OUTGOING_PRIVATE_HOSTS)?"""
        return self.host in settings.OUTGOING_PRIVATE_HOSTS


def target_of(address: str) -> Target:
    """`address` taken apart. Raises Unsent unless it is https (http: only for hosts of OUTGOING_PRIVATE_HOSTS)."""
    try:
        if not PLAIN.fullmatch(address):
            raise ValueError
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        raise Unsent("name") from None
    if not host or parts.username is not None or parts.password is not None:
        raise Unsent("name")
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    target = Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)
    if parts.scheme != "https" and not (parts.scheme == "http" and target.is_private_allowed):
        raise Unsent("scheme")
    return target


def is_public(number: str) -> bool:
    """Is this IP address one of the public network: not private, local, reserved, nor a cover for such a one?"""
    address = ip_address(number.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is None:
            tunnel = address.sixtofour is not None or address.teredo is not None
            return address in GLOBAL_UNICAST and address.is_global and not tunnel
        address = inner
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address an IPv6 address stands for, if it does."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def reach(target: Target, patience: float) -> socket.socket:
    """A connected socket to the target. Raises Unsent: unknown name, a number that is not public, no connection.

    One private number among several of a name is enough to refuse them all.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unsent("name") from None
    if not target.is_private_allowed and not all(is_public(str(place[0])) for *_facts, place in found):
        raise Unsent("address")
    trouble: OSError = OSError("no address")
    for family, kind, protocol, _name, place in found[:MOST_TRIED]:
        link = socket.socket(family, kind, protocol)
        link.settimeout(patience)
        try:
            link.connect(place)
        except OSError as error:
            link.close()
            trouble = error
        else:
            return link
    raise Unsent("connect", trouble.strerror or type(trouble).__name__)
