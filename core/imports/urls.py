"""Addresses under /imports/."""

from django.urls import path

from core.imports import views

app_name = "imports"
urlpatterns = [
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/<str:act>/", views.decide, name="decide"),
    path("<str:importer>/", views.ImportStart.as_view(), name="start"),
    path("<str:importer>/template.<str:form>", views.import_template, name="template"),
]
