"""Policies: may this person do this to that, and which rows may they see? One place for both, per noun.

An app registers one policy per model in its `policies.py`. Rows a person may not see do not exist for them
(404); rows they see but may not act on are refused (403).
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=Model)
User = Any  # organization.Person or AnonymousUser; core knows neither

_policies: dict[type[Model], "Policy[Any]"] = {}

#: Model and key of a row this request asked for that exists but is out of reach (read by core.audit.refusals).
foreign: ContextVar[tuple[str, str] | None] = ContextVar("foreign", default=None)


class Policy(Generic[M]):
    """Access to one noun. Subclasses answer for rows (`visible`) and for acts (`allows`)."""

    def __init__(self, model: type[M]) -> None:
        self.model = model

    def visible(self, user: User, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """The rows of `queryset` that exist for `user`."""
        raise NotImplementedError

    def allows(self, user: User, action: str, obj: "M | Model | None") -> bool:
        """May `user` do `action` to `obj`? For "add", `obj` is the parent it is added to, or None."""
        raise NotImplementedError


class Internal(Policy[M]):
    """Rows nobody sees or touches by themselves; they are reached through their owner's services."""

    def visible(self, user: User, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """No row is visible by itself."""
        return queryset.none()

    def allows(self, user: User, action: str, obj: "M | Model | None") -> bool:
        """No act is allowed."""
        return False


class OwnRows(Policy[M]):
    """Rows that belong to one person (`field` names the person) and to nobody else."""

    def __init__(self, model: type[M], field: str = "person") -> None:
        super().__init__(model)
        self.field = field

    def visible(self, user: User, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """Only the user's own rows."""
        return queryset.filter(**{self.field: user.pk}) if signed_in(user) else queryset.none()

    def allows(self, user: User, action: str, obj: "M | Model | None") -> bool:
        """Everything with one's own, nothing with another's."""
        return signed_in(user) and (obj is None or getattr(obj, f"{self.field}_id") == user.pk)


def signed_in(user: User) -> bool:
    """True for an active, authenticated person."""
    return bool(user is not None and user.is_authenticated and user.is_active)


def register(policy: Policy[Any]) -> Policy[Any]:
    """Make `policy` the one that answers for its model. Raises ValueError on a second one."""
    if policy.model in _policies:
        raise ValueError(f"{policy.model.__name__} has a policy already")
    _policies[policy.model] = policy
    return policy


def registered() -> Mapping[type[Model], Policy[Any]]:
    """All policies by model (read by the test that every model has one)."""
    return _policies


def policy_for(model: type[M]) -> Policy[M]:
    """The policy of `model`. Raises LookupError when none is registered."""
    try:
        return _policies[model]
    except KeyError:
        raise LookupError(f"{model.__name__} has no policy") from None


def visible(user: User, queryset: "QuerySet[M]") -> "QuerySet[M]":
    """The rows of `queryset` that exist for `user`."""
    if not signed_in(user):
        return queryset.none()
    return policy_for(queryset.model).visible(user, queryset)


def allowed(user: User, action: str, target: "Model | type[Model]", *, parent: Model | None = None) -> bool:
    """May `user` do `action` to `target`? Give a model class and its `parent` to ask about adding."""
    if not signed_in(user):
        return False
    if isinstance(target, type):
        return policy_for(target).allows(user, action, parent)
    return policy_for(type(target)).allows(user, action, target)


def require(user: User, action: str, target: "Model | type[Model]", *, parent: Model | None = None) -> None:
    """Raise PermissionDenied unless `allowed`. Services call this before they write."""
    if not allowed(user, action, target, parent=parent):
        raise PermissionDenied(_("Your role does not allow this."))


def get_visible_or_404(user: User, source: "type[M] | QuerySet[M]", **lookup: Any) -> M:
    """The one visible row that matches, or Http404: a foreign object answers as a missing one."""
    queryset: QuerySet[M] = source._default_manager.all() if isinstance(source, type) else source
    try:
        return visible(user, queryset).get(**lookup)
    except ObjectDoesNotExist:
        _note_foreign(user, queryset, lookup)
        raise Http404 from None
    except (ValueError, OverflowError):
        raise Http404 from None


def _note_foreign(user: User, queryset: "QuerySet[M]", lookup: dict[str, Any]) -> None:
    """Remember that somebody signed in reached for a row that is not theirs; the answer stays the same."""
    if signed_in(user):
        row = queryset.filter(**lookup).values_list("pk", flat=True).first()
        if row is not None:
            foreign.set((queryset.model._meta.label_lower, str(row)))


def is_anonymous(user: User) -> bool:
    """True when nobody is signed in."""
    return isinstance(user, AnonymousUser) or not signed_in(user)
