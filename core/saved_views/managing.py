"""Views are saved under a name, shared by planners, chosen as what a list opens with."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from core import policies
from core.listing import ListPage
from core.listing.saved import query_of
from core.models import DefaultView, SavedView

#: Views one person may keep of one list.
MOST = 20


def list_at(path: str) -> type[ListPage] | None:
    """The list at a path of ours; None for anything else."""
    try:
        view_class = getattr(resolve(path).func, "view_class", None)
    except Resolver404:
        return None
    return view_class if isinstance(view_class, type) and issubclass(view_class, ListPage) else None


def title_of(path: str) -> str:
    """What the list at a path is called; the path itself when there is none (any more)."""
    found = list_at(path)
    return path if found is None else str(found.title or found.model._meta.verbose_name_plural)


@transaction.atomic
def save_view(
    *, user: Any, path: str, query: str, name: str, is_shared: bool = False, is_default: bool = False
) -> SavedView:
    """Save filters, search and sort of the list at `path`. Raises PermissionDenied, ValidationError."""
    kept = query_of(QueryDict(query))
    if list_at(path) is None or not kept:
        raise ValidationError(_("There is nothing to save: filter or sort a list first."))
    if SavedView.objects.filter(owner=user, path=path).count() >= MOST:
        raise ValidationError(_("You have %(count)s views of this list; delete one first.") % {"count": MOST})
    view = SavedView(owner=user, company_id=user.company_id, path=path, query=kept)
    _name(view, user, name, is_shared)
    _choose(user, view, wanted=is_default)
    return view


@transaction.atomic
def change_view(*, user: Any, view: SavedView, name: str, is_shared: bool, is_default: bool) -> SavedView:
    """Rename, share or no longer share, choose or no longer choose. Raises PermissionDenied, ValidationError."""
    policies.require(user, "change", view)
    _name(view, user, name, is_shared)
    _choose(user, view, wanted=is_default)
    return view


@transaction.atomic
def delete_view(*, user: Any, view: SavedView) -> None:
    """Remove a view; lists that opened with it open with everything. Raises PermissionDenied."""
    policies.require(user, "delete", view)
    view.delete()


@transaction.atomic
def choose_default(*, user: Any, view: SavedView, wanted: bool) -> None:
    """Let the person's list open with a view they see, or with everything again. Raises PermissionDenied."""
    policies.require(user, "choose", view)
    _choose(user, view, wanted=wanted)


def _name(view: SavedView, user: Any, name: str, is_shared: bool) -> None:
    """Check and save. Sharing anew needs the right to share; what was shared may stay so."""
    if is_shared and not view.is_shared and not policies.allowed(user, "share", SavedView):
        raise PermissionDenied(_("Your role does not allow this."))
    view.name, view.is_shared = name.strip(), is_shared
    view.full_clean()
    view.save()


def _choose(user: Any, view: SavedView, *, wanted: bool) -> None:
    if wanted:
        DefaultView.objects.update_or_create(person=user, path=view.path, defaults={"view": view})
    else:
        DefaultView.objects.filter(person=user, view=view).delete()
