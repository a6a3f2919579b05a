"""Addresses of what came of a wave."""

from django.urls import path

from surveys.views import counted, results

urlpatterns = [
    path("counted/", counted.CountedList.as_view(), name="counted"),
    path("waves/<int:pk>/results/", results.results, name="results"),
    path("waves/<int:pk>/results/words/", results.words, name="words"),
    path("waves/<int:pk>/results/compare/", results.compare, name="compare"),
    path("waves/<int:pk>/results/file/<str:form>/", results.export, name="results_file"),
]
