"""Why something was not sent: a code and a detail, stored with the delivery, put into words when it is shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "address": _("The address leads into a private network, which is not allowed."),
    "scheme": _("The address must begin with https://."),
    "name": _("The host of the address is not known."),
    "connect": _("No connection: %(detail)s"),
    "certificate": _("The certificate of the host is not trusted: %(detail)s"),
    "timeout": _("No complete answer within %(detail)s seconds."),
    "broken": _("The answer broke off: %(detail)s"),
    "status": _("The answer was HTTP %(detail)s."),
    "redirect": _("The answer was a redirect (HTTP %(detail)s); redirects are not followed."),
    "vendor": _("The vendor refused: %(detail)s"),
    "strange": _("The answer is not one of this vendor: %(detail)s"),
    "inactive": _("It was switched off before this was sent."),
    "mail_server": _("The mail server refused: %(detail)s"),
    "store": _("Pictures cannot be kept: the store is full or does not answer."),
    "unprotected": _("Without protection only servers named in OUTGOING_PRIVATE_HOSTS are asked."),
    "unreadable": _("The stored secret cannot be read any more. Type it again."),
}
LONGEST = 300


class Unsent(Exception):
    """Nothing was delivered, as far as we know. `code` is one of REASONS; the address never stands in `detail`.

    `hopeless`: no repetition can help. `too_fast`: the other side wants a pause, which is no failure.
    """

    def __init__(
        self, code: str, detail: object = "", *, hopeless: bool = False, too_fast: bool = False
    ) -> None:
        self.code, self.detail = code, " ".join(str(detail).split())[:LONGEST]
        self.hopeless, self.too_fast = hopeless, too_fast
        super().__init__(self.stored)

    @property
    def stored(self) -> str:
        """As a delivery keeps it."""
        return f"{self.code}: {self.detail}" if self.detail else self.code

    @property
    def in_words(self) -> str:
        """In the active language."""
        return in_words(self.stored)


def in_words(stored: str) -> str:
    """A kept reason in the active language; an unexpected error is shown as it is."""
    code, _colon, detail = stored.partition(": ")
    if code not in REASONS:
        return stored
    words = str(REASONS[code])
    return words % {"detail": detail} if "%(" in words else words
