"""Sign-ins, sign-outs and password changes become entries of the record."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from core.audit import actions
from core.audit.recording import record


@receiver(user_logged_in)
def signed_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """Somebody signed in."""
    record(actions.SIGNED_IN, actor=user, target=user)


@receiver(user_logged_out)
def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """Somebody signed out; None when the session had no person."""
    if user is not None and user.pk is not None:
        record(actions.SIGNED_OUT, actor=user, target=user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """A sign-in failed. What was typed is not kept (it may be a password); whose account it was, is."""
    login = str(credentials.get(get_user_model().USERNAME_FIELD, ""))
    people = get_user_model()._default_manager
    person = people.filter(**{get_user_model().USERNAME_FIELD: login.lower()}).first() if login else None
    company = getattr(person, "company", None)
    record(actions.SIGN_IN_FAILED, actor=None, company=company, target=person)


@receiver(password_changed)
def changed_password(sender: Any, user: Any, **kwargs: Any) -> None:
    """Somebody changed their own password."""
    record(actions.PASSWORD_CHANGED, actor=user, target=user)


@receiver(password_reset)
def reset_password(sender: Any, user: Any, **kwargs: Any) -> None:
    """Somebody set a new password through a mailed link."""
    record(actions.PASSWORD_RESET, actor=user, target=user)
