"""Sources of alarms and their rules: made, changed, tried; secrets are made here, shown once, changed with a day of overlap."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from core.policies import require
from incidents.categories import fits
from incidents.models import AlarmRule, AlarmSource
from incidents.services.alarm_intake import send_test
from organization.models import Person

PREFIX = "alarm_"
#: How long the former secret is still taken.
OVERLAP = timedelta(days=1)

ADDED = audit.register_action("incidents.alarm_source_added", _("Added the alarm source %(name)s"))
CHANGED = audit.register_action("incidents.alarm_source_changed", _("Changed the alarm source %(name)s"))
ROTATED = audit.register_action(
    "incidents.alarm_secret_changed", _("Changed the secret of the alarm source %(name)s")
)
TESTED = audit.register_action("incidents.alarm_source_tested", _("Tested the alarm source %(name)s"))


@transaction.atomic
def add_source(*, user: Person, source: AlarmSource) -> str:
    """Write a new source; gives its secret, which is shown this once. Raises PermissionDenied, ValidationError."""
    require(user, "add", AlarmSource, parent=source.site)
    secret = _new_secret()
    source.secret, source.company_id = secret, source.site.company_id
    _check(source)
    source.save()
    _record(ADDED, user, source)
    return secret


#: What the form of a source does not change.
_NOT_EDITED = (
    "site_id",
    "company_id",
    "sealed_secret",
    "sealed_former_secret",
    "former_until",
    "watched_since",
)


@transaction.atomic
def change_source(*, user: Person, source: AlarmSource) -> AlarmSource:
    """Write a changed source; it stays at its site. Raises PermissionDenied, ValidationError."""
    before = AlarmSource.objects.select_for_update(of=("self",)).select_related("site").get(pk=source.pk)
    require(user, "change", before)
    for name in _NOT_EDITED:  # the copy may be an old one
        setattr(source, name, getattr(before, name))
    _check(source)
    if source.silence_seconds and (not before.silence_seconds or not before.is_active):
        source.watched_since = now()
    source.save()
    _record(CHANGED, user, source)
    return source


@transaction.atomic
def change_secret(*, user: Person, source: AlarmSource) -> str:
    """A new secret, shown this once; the former one is taken for a day. Raises PermissionDenied."""
    require(user, "change", source)
    row = AlarmSource.objects.select_for_update().get(pk=source.pk)
    secret = _new_secret()
    row.sealed_former_secret, row.former_until = row.sealed_secret, now() + OVERLAP
    row.secret = secret
    row.save(update_fields=["sealed_secret", "sealed_former_secret", "former_until"])
    _record(ROTATED, user, source)
    return secret


@transaction.atomic
def test_source(*, user: Person, source: AlarmSource) -> None:
    """A message "test" as if the source had sent it. Raises PermissionDenied, ValidationError for an inactive one."""
    require(user, "change", source)
    if not source.is_active:
        raise ValidationError(_("It is switched off."))
    send_test(source=source, by=user.name)
    _record(TESTED, user, source)


@transaction.atomic
def save_rule(*, user: Person, rule: AlarmRule) -> AlarmRule:
    """Write a rule, new or changed. Raises PermissionDenied, ValidationError."""
    if rule._state.adding:
        require(user, "add", AlarmRule, parent=rule.source.site)
    else:
        require(user, "change", rule)
    if rule.zone is not None and rule.zone.site_id != rule.source.site_id:
        raise ValidationError({"zone": _("This belongs to another site.")})
    if rule.category and not fits(rule.kind, rule.category, rule.subcategory):
        raise ValidationError({"category": _("This does not fit the kind.")})
    rule.save()
    return rule


@transaction.atomic
def remove_rule(*, user: Person, rule: AlarmRule) -> None:
    """Take a rule away; its alarms stay. Raises PermissionDenied."""
    require(user, "delete", rule)
    rule.delete()


def _check(source: AlarmSource) -> None:
    if source.zone is not None and source.zone.site_id != source.site_id:
        raise ValidationError({"zone": _("This belongs to another site.")})
    source.full_clean()


def _record(action: str, user: Person, source: AlarmSource) -> None:
    audit.record(action, actor=user, company=source.company, target=source, details={"name": source.name})


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)
