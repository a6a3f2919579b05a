"""Addresses of cases."""

from django.urls import path

from incidents.views import pages

app_name = "incidents"

urlpatterns = [
    path("", pages.CaseList.as_view(), name="cases"),
    path("add/", pages.CaseAdd.as_view(), name="case_add"),
    path("<int:pk>/", pages.case_detail, name="case"),
    path("<int:pk>/resolve/", pages.CaseResolve.as_view(), name="case_resolve"),
    path("<int:pk>/reopen/", pages.CaseReopen.as_view(), name="case_reopen"),
    path("<int:pk>/assign/", pages.CaseAssign.as_view(), name="case_assign"),
    path("<int:pk>/note/", pages.CaseNote.as_view(), name="case_note"),
]
