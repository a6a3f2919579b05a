"""Addresses of checklists."""

from django.urls import path

from checklists.views import pages

app_name = "checklists"

urlpatterns = [
    path("", pages.ChecklistList.as_view(), name="checklists"),
    path("add/", pages.ChecklistAdd.as_view(), name="add"),
    path("install/", pages.install_defaults, name="install"),
    path("<int:pk>/", pages.checklist_detail, name="checklist"),
    path("<int:pk>/edit/", pages.checklist_edit, name="edit"),
    path("<int:pk>/publish/", pages.checklist_publish, name="publish"),
    path("checks/", pages.CheckList.as_view(), name="checks"),
    path("checks/<uuid:pk>/", pages.check_detail, name="check"),
]
