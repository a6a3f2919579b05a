"""Choosing one's own password in the API, as the phone page does after a one-time one."""

import msgspec
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.api.plain import before_own_password, endpoint
from core.api.problems import problem
from core.api.session import MAX_BYTES, whose
from core.api.throttling import within
from organization.middleware import person_of
from organization.services.people import choose_password

ATTEMPTS, SECONDS = 10, 300


class Choice(msgspec.Struct, forbid_unknown_fields=True):
    """The password the person has now (a one-time one, perhaps) and the one they choose."""

    current: str
    password: str


@before_own_password("POST")
@endpoint("POST")
def own_password(request: HttpRequest) -> HttpResponse:
    """Replace the person's password; this session goes on under a new key, every other one ends.

    400 ``invalid`` says what is wrong by field: ``errors`` in words, ``codes`` for programs; then nothing changed.
    """
    person = person_of(request)
    try:
        choice = msgspec.json.decode(request.body[:MAX_BYTES], type=Choice)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return problem(400, "malformed")
    if not within(f"password:{person.pk}", ATTEMPTS, SECONDS, fail_open=False):
        return problem(429, "too_many_attempts", headers={"Retry-After": str(SECONDS)})
    if not person.check_password(choice.current):
        wrong = ValidationError(_("This is not your current password."), code="password_wrong")
        return _invalid(ValidationError({"current": wrong}))
    try:
        choose_password(person=person, password=choice.password)
    except ValidationError as error:
        return _invalid(error)
    update_session_auth_hash(request, person)
    return whose(request)


def _invalid(error: ValidationError) -> HttpResponse:
    """What a ValidationError by field says, in words and in codes."""
    codes = {field: [one.code for one in errors] for field, errors in error.error_dict.items()}
    return problem(400, "invalid", errors=error.message_dict, codes=codes)
