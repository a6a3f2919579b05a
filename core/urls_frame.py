"""Addresses the page frame itself needs."""

from django.urls import path

from core.views.language import choose_language

urlpatterns = [path("language/", choose_language, name="set_language")]
