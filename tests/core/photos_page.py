"""A page with photos and a form for more, as any app of ours has one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import include, path
from rest_framework.routers import SimpleRouter

from core import attachments, policies
from core.attachments.forms import PhotosField
from core.idempotency import once_per_form_key
from organization.models import Site
from tests.core.zones_api import ZoneViewSet

PAGE = """{% extends "base.html" %}
{% block title %}Photos{% endblock %}
{% block content %}{% include "components/photos.html" with photos=photos only %}{% include "components/form.html" with submit_label="Send" %}{% endblock %}"""


class PhotosForm(forms.Form):
    """Photos and a remark."""

    photos = PhotosField(required=False)
    remark = forms.CharField()


@once_per_form_key
def photos_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a site's photos and take more."""
    site = policies.get_visible_or_404(request.user, Site, pk=pk)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        for prepared in form.cleaned_data["photos"]:
            attachments.attach(
                site, upload=prepared, made_by=request.user, caption=form.cleaned_data["remark"], site=site
            )
        return HttpResponseRedirect(request.path)
    context: dict[str, Any] = {"form": form, "photos": attachments.attachments_of(site)}
    content = engines["django"].from_string(PAGE).render(context, request)
    return HttpResponse(content, status=422 if form.is_bound else 200)


router = SimpleRouter()
router.register("test-zones", ZoneViewSet, basename="test-zone")

urlpatterns = [
    path("photos-page/<int:pk>/", photos_page, name="photos_page"),
    path("api/v1/", include(router.urls)),
    path("", include("config.urls")),
]
