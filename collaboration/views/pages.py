"""What the pages of both nouns share: the site and source of something new, and acts that name a version."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from collaboration import sources
from collaboration.versions import Stale
from core import navigation, policies
from core.pages import FormPage
from organization.models import Site

#: Fields the address may propose, and of how many characters at most.
PROPOSED = {"title": 200, "description": 2000}


class AddPage(FormPage):
    """Something new, at the site looked at or from a record named in the address (?source=incidents.case:12)."""

    model: type[Model]
    list_url = ""
    source: Model | None = None

    def setup_page(self) -> None:
        """The record must be visible (404), and adding allowed at its site (403)."""
        policies.require(self.request.user, "add", self.model)
        if key := self.request.GET.get("source", ""):
            self.source = sources.named(self.request.user, key)
            self.site = sources.site_of(self.source)
        else:
            self.site = self._site()
        policies.require(self.request.user, "add", self.model, parent=self.site)

    def _site(self) -> Site:
        chosen: Site | None = navigation.current_site(self.request)
        if chosen is None:
            sites = Site.objects.visible_to(self.request.user).filter(is_active=True)
            chosen = sites.order_by("company_id", "code").first()
        if chosen is None:
            raise Http404
        return chosen

    def get_form_kwargs(self) -> dict[str, Any]:
        """People, departments and times of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def get_initial(self) -> dict[str, Any]:
        """What the page it comes from proposes (?title=, ?description=)."""
        asked = {
            name: self.request.GET.get(name, "").replace("\x00", "")[:most] for name, most in PROPOSED.items()
        }
        return {**super().get_initial(), **{name: text for name, text in asked.items() if text}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say at which site, and what it comes from."""
        context = super().get_context_data(**kwargs)
        about = sources.text_of(self.source) if self.source is not None else ""
        return {**context, "intro": " · ".join(filter(None, (self.site.name, about)))}

    def cancel_url(self) -> str:
        """Back to where it came from, or to the list."""
        return sources.url_of(self.source) if self.source is not None else reverse(self.list_url)


class ActPage(FormPage):
    """Something done with a row. Subclasses name the act of the policy and call the service in `act`."""

    model: type[Any]
    action = "change"
    row_url = ""

    def setup_page(self) -> None:
        """The row and the right to act on it."""
        rows = self.model._default_manager.select_related("site")
        self.row: Any = policies.get_visible_or_404(self.request.user, rows, pk=self.kwargs["pk"])
        policies.require(self.request.user, self.action, self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Times of the site."""
        return {**super().get_form_kwargs(), "site": self.row.site}

    def get_initial(self) -> dict[str, Any]:
        """The version looked at."""
        return {"version": self.row.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which row."""
        return {**super().get_context_data(**kwargs), "intro": f"{self.row.number} {self.row.title}"}

    def cancel_url(self) -> str:
        """Back to the row."""
        return reverse(self.row_url, args=[self.row.pk])

    def save(self, form: Any) -> str:
        """Act; somebody faster is told of, with what is now stored (F46)."""
        try:
            self.act(**form.cleaned_data)
        except Stale as stale:
            raise ValidationError(
                _("Somebody changed this meanwhile; it is now “%(status)s”. Open it again before you go on.")
                % {"status": stale.row.get_status_display()}
            ) from stale
        return self.cancel_url()

    def act(self, **given: Any) -> None:
        """Call the service."""
        raise NotImplementedError
