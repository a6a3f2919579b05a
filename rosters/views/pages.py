"""The weekly roster, posts, shifts, staffing."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.clock import local_today
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.models import Site
from rosters import selectors
from rosters.coverage import local_day
from rosters.forms import PostForm, ShiftForm
from rosters.models import Post, Shift
from rosters.services import roster
from rosters.tables import PostTable


def site_of(request: HttpRequest) -> Site | None:
    """The site chosen in the header, else the person's first."""
    chosen: Site | None = navigation.current_site(request)
    return (
        chosen
        or Site.objects.visible_to(request.user).filter(is_active=True).order_by("company_id", "code").first()
    )


def week(request: HttpRequest) -> HttpResponse:
    """Who is on which post in a week; gaps stand out (R014's slots, here for the simple roster)."""
    site = site_of(request)
    if site is None:
        return render(request, "rosters/week.html", {"site": None, "rows": [], "may_change": False})
    today = local_today(site.zone_info)
    monday = _monday(request.GET.get("week", ""), today)
    rows = selectors.week_of(site, monday)
    context = {
        "site": site,
        "rows": rows,
        "today": today,
        "monday": monday,
        "days": [monday + timedelta(days=offset) for offset in range(7)],
        "previous": monday - timedelta(days=7),
        "following": monday + timedelta(days=7),
        "gap_count": sum(len(cell.gaps) for row in rows for cell in row.days),
        "may_change": policies.allowed(request.user, "add", Shift, parent=site),
    }
    return render(request, "rosters/week.html", context)


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    if not 1971 <= day.year <= 2200:
        day = today
    return day - timedelta(days=day.weekday())


class PostList(ListPage):
    """Posts."""

    model = Post
    table_class = PostTable
    title = _("Posts")
    icon = "signpost-2"
    site_path = "site"
    search_fields = ("code", "name")
    export_name = "posts"
    template_name = "rosters/post_list.html"
    empty = Empty(
        title=_("No posts yet"),
        text=_(
            "A post is a place or task that must be staffed: the main gate, the control room, the night patrol."
        ),
        url_name="rosters:post_add",
        label=_("New post"),
    )

    def get_queryset(self) -> QuerySet[Post]:
        """With site and zone."""
        return Post.objects.select_related("site", "zone")


class PostAdd(FormPage):
    """A new post at the chosen site."""

    form_class = PostForm
    heading = _("New post")

    def setup_page(self) -> None:
        """Planners of the site."""
        policies.require(self.request.user, "add", Post)
        site = site_of(self.request)
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=site.pk if site else 0)
        policies.require(self.request.user, "add", Post, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Zones of the site."""
        return {**super().get_form_kwargs(), "site": self.site}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("rosters:posts")

    def fields(self, form: Any) -> dict[str, Any]:
        """What the service takes."""
        return {**{name: form.cleaned_data[name] for name in PostForm.Meta.fields}, "coverage": form.coverage}

    def save(self, form: Any) -> str:
        """Add it."""
        roster.add_post(actor=self.request.user, site=self.site, **self.fields(form))
        return self.cancel_url()


class PostChange(PostAdd):
    """Change a post."""

    heading = _("Post")

    def setup_page(self) -> None:
        """Planners of the post's site."""
        self.instance = policies.get_visible_or_404(self.request.user, Post, pk=self.kwargs["pk"])
        self.site = self.instance.site
        policies.require(self.request.user, "change", self.instance)

    def save(self, form: Any) -> str:
        """Change it."""
        roster.change_post(actor=self.request.user, post=self.instance, **self.fields(form))
        return self.cancel_url()


class ShiftAdd(FormPage):
    """Put somebody on a post."""

    form_class = ShiftForm
    heading = _("New shift")

    def setup_page(self) -> None:
        """Who rosters at the site."""
        policies.require(self.request.user, "add", Shift)
        site = site_of(self.request)
        self.site = policies.get_visible_or_404(self.request.user, Site, pk=site.pk if site else 0)
        policies.require(self.request.user, "add", Shift, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Posts and people of the site."""
        return {**super().get_form_kwargs(), "site": self.site, "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        """Post and day from the cell that was clicked."""
        return {
            "post": self.request.GET.get("post"),
            "day": self.request.GET.get("day") or local_today(self.site.zone_info),
        }

    def cancel_url(self) -> str:
        """Back to the week."""
        return reverse("rosters:week")

    def save(self, form: Any) -> str:
        """Add it."""
        starts_at, ends_at = form.span
        data = form.cleaned_data
        roster.add_shift(
            actor=self.request.user,
            post=data["post"],
            person=data["person"],
            starts_at=starts_at,
            ends_at=ends_at,
            note=data["note"],
        )
        return f"{self.cancel_url()}?week={data['day']:%Y-%m-%d}"


@require_POST
def shift_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody off a post."""
    shift = policies.get_visible_or_404(request.user, Shift.objects.select_related("site"), pk=pk)
    day = shift.starts_at.astimezone(shift.site.zone_info).date()
    roster.remove_shift(actor=request.user, shift=shift)
    return redirect(f"{reverse('rosters:week')}?week={day:%Y-%m-%d}")


@require_POST
def week_copy(request: HttpRequest, site: int) -> HttpResponse:
    """Repeat a week's shifts in the next one."""
    place = policies.get_visible_or_404(request.user, Site, pk=site)
    monday = _monday(request.POST.get("week", ""), local_today(place.zone_info))
    made = roster.copy_week(actor=request.user, site=place, start=local_day(monday, place.zone_info).start)
    messages.success(
        request,
        ngettext("%(count)d shift was copied.", "%(count)d shifts were copied.", made) % {"count": made},
    )
    return redirect(f"{reverse('rosters:week')}?week={monday + timedelta(days=7):%Y-%m-%d}")


def staffing(request: HttpRequest) -> HttpResponse:
    """How many guards the site needs, estimated by area and by post (R030)."""
    site = site_of(request)
    result = selectors.staffing(site) if site else None
    return render(request, "rosters/staffing.html", {"site": site, "result": result})
