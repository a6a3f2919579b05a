"""Addresses of cases."""

from django.urls import path

from incidents import urls_clocks
from incidents.views import acting, pages

app_name = "incidents"

urlpatterns = [
    path("", pages.CaseList.as_view(), name="cases"),
    path("add/", pages.CaseAdd.as_view(), name="case_add"),
    path("<int:pk>/", pages.case_detail, name="case"),
    path("<int:pk>/step/<slug:step>/", acting.CaseStep.as_view(), name="case_step"),
    path("<int:pk>/act/<slug:act>/", acting.CaseActRecord.as_view(), name="case_act"),
    path("<int:pk>/assign/", acting.CaseAssign.as_view(), name="case_assign"),
    path("<int:pk>/note/", acting.CaseNote.as_view(), name="case_note"),
    path("<int:pk>/merge/", acting.CaseMerge.as_view(), name="case_merge"),
    path("<int:pk>/recurrence/", acting.CaseRecurrence.as_view(), name="case_recurrence"),
    *urls_clocks.urlpatterns,
]
