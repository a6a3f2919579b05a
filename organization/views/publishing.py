"""Pages of what a site publishes to its residents: notices, information, the privacy notice."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.clock import now
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization import privacy
from organization.access import sites_of
from organization.forms.publishing import InformationForm, NoticeForm, PrivacyForm
from organization.models import NoticeKind, PrivacyNotice, Site, SiteInformation, SiteNotice
from organization.services import publishing
from organization.site_times import site_instant, site_wall
from organization.tables import NoticeTable


class NoticeFilter(django_filters.FilterSet):
    """By kind."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=NoticeKind.choices)

    class Meta:
        model = SiteNotice
        fields = ("kind",)


class NoticeList(ListPage):
    """Notices to residents."""

    model = SiteNotice
    table_class = NoticeTable
    filterset_class = NoticeFilter
    title = _("Notices to residents")
    icon = "megaphone"
    site_path = "site"
    template_name = "organization/notice_list.html"
    empty = Empty(
        title=_("No notices yet"),
        text=_(
            "Residents read them behind the printed codes: works, warnings, and what was improved after they spoke up."
        ),
        url_name="organization:notice_add",
        label=_("New notice"),
        permission=lambda user: policies.allowed(user, "add", SiteNotice),
    )

    def get_queryset(self) -> QuerySet[SiteNotice]:
        """With their sites."""
        return SiteNotice.objects.select_related("site")

    def get_context(self) -> dict[str, Any]:
        """Whether the person may write any, and where the site's other texts are."""
        site = navigation.current_site(self.request) or next(iter(sites_of(self.request.user)), None)
        return {"may_add": policies.allowed(self.request.user, "add", SiteNotice), "information_site": site}


def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as residents read it, in every language, and what may be done with it."""
    notice = _notice(request, pk)
    context = {
        "notice": notice,
        "texts": [(code, notice.title.text(code), notice.text.text(code)) for code in sorted(notice.title)],
        "state": state_of(notice),
        "may_change": policies.allowed(request.user, "change", notice),
    }
    return render(request, "organization/notice_detail.html", context)


def state_of(notice: SiteNotice) -> tuple[Any, str]:
    """Whether residents read it now, in words with a tone."""
    if notice.published_at is None:
        return _("Draft"), "warn"
    if notice.withdrawn_at is not None:
        return _("Withdrawn"), "idle"
    if notice.starts_at > now():
        return _("Not begun"), "info"
    if notice.ends_at is not None and notice.ends_at <= now():
        return _("Over"), "idle"
    return _("Shown to residents"), "ok"


class NoticeEdit(FormPage):
    """One notice, new or present."""

    form_class = NoticeForm
    heading: Any = _("New notice")
    intro = _("Write it in one language at least; readers of the others get the nearest one.")

    def setup_page(self) -> None:
        """Planners of the site."""
        key = self.kwargs.get("pk")
        if key is None:
            self.instance = SiteNotice(site=site_for(self.request, SiteNotice))
            return
        self.instance = _notice(self.request, key)
        policies.require(self.request.user, "change", self.instance)
        self.heading = str(self.instance)

    def get_initial(self) -> dict[str, Any]:
        """Times on the site's wall."""
        notice = self.instance
        return {name: site_wall(getattr(notice, name), notice.site) for name in ("starts_at", "ends_at")}

    def cancel_url(self) -> str:
        """Back to it, or to the list."""
        if "pk" not in self.kwargs:
            return reverse("organization:notices")
        return reverse("organization:notice", args=[self.instance.pk])

    def save(self, form: Any) -> str:
        """Write it; publishing is an act of its own."""
        notice: SiteNotice = form.instance
        site = notice.site
        notice.starts_at = site_instant(form.cleaned_data["starts_at"], site) or now()
        notice.ends_at = site_instant(form.cleaned_data["ends_at"], site)
        publishing.save_notice(actor=self.request.user, notice=notice)
        return reverse("organization:notice", args=[notice.pk])


@require_POST
@once_per_form_key
def notice_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it to residents."""
    notice = _notice(request, pk)
    publishing.publish_notice(actor=request.user, notice=notice)
    return redirect("organization:notice", pk)


@require_POST
@once_per_form_key
def notice_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away."""
    notice = _notice(request, pk)
    publishing.withdraw_notice(actor=request.user, notice=notice)
    return redirect("organization:notice", pk)


class InformationEdit(FormPage):
    """What is published of a site (R072)."""

    form_class = InformationForm
    heading = _("Published information")
    intro = _(
        "Residents read it behind the printed codes. Fees and the way of a repair are said in plain words."
    )
    done_message = _("Saved.")

    def setup_page(self) -> None:
        """Planners of the site."""
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=self.kwargs["site"])
        found = SiteInformation.objects.filter(site=self.site).first()
        self.instance = found or SiteInformation(site=self.site)
        policies.require(self.request.user, "change", self.instance)

    def cancel_url(self) -> str:
        """Back to the notices."""
        return reverse("organization:notices")

    def save(self, form: Any) -> str:
        """Publish it."""
        publishing.save_information(actor=self.request.user, information=form.instance)
        return self.cancel_url()


class PrivacyEdit(FormPage):
    """A new version of the privacy notice; begun from the one that holds."""

    form_class = PrivacyForm
    heading = _("Privacy notice")
    intro = _(
        "Every change is a new version; the former ones stay readable. Say what is kept, what for, how long."
    )
    submit_label = _("Publish a new version")

    def setup_page(self) -> None:
        """Managers of the site."""
        sites = Site.objects.select_related("company")
        self.site = policies.get_visible_or_404(self.request.user, sites, pk=self.kwargs["site"])
        policies.require(self.request.user, "add", PrivacyNotice, parent=self.site)
        newest = self.site.privacy_notices.first()
        text = newest.text if newest is not None else privacy.filled_in(self.site)
        self.instance = PrivacyNotice(site=self.site, text=text)

    def cancel_url(self) -> str:
        """Where residents read it."""
        return privacy.path_of(self.site)

    def save(self, form: Any) -> str:
        """Publish it."""
        publishing.publish_privacy_notice(actor=self.request.user, site=self.site, text=form.instance.text)
        return self.cancel_url()


def site_for(request: HttpRequest, noun: Any) -> Site:
    """The site in the header, else the person's first, checked for adding `noun`. Raises Http404, PermissionDenied."""
    policies.require(request.user, "add", noun)
    first = navigation.current_site(request) or next(iter(sites_of(request.user)), None)
    site = policies.get_visible_or_404(request.user, Site, pk=first.pk if first else 0)
    policies.require(request.user, "add", noun, parent=site)
    return site


def _notice(request: HttpRequest, pk: int) -> SiteNotice:
    return policies.get_visible_or_404(
        request.user, SiteNotice.objects.select_related("site", "published_by"), pk=pk
    )
