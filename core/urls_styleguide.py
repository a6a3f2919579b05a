"""The style guide, in development and tests only."""

from django.urls import path

from core import styleguide

urlpatterns = [
    path("styleguide/", styleguide.guide, name="styleguide"),
    path("styleguide/part/", styleguide.part),
    path("styleguide/job/", styleguide.job),
]
