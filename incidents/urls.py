"""Addresses of cases."""

from django.urls import path

from incidents.views import acting, analysis, pages, papers

app_name = "incidents"

urlpatterns = [
    path("", pages.CaseList.as_view(), name="cases"),
    path("add/", pages.CaseAdd.as_view(), name="case_add"),
    path("<int:pk>/", pages.case_detail, name="case"),
    path("<int:pk>/thread/", pages.case_thread, name="case_thread"),
    path("<int:pk>/step/<slug:step>/", acting.CaseStep.as_view(), name="case_step"),
    path("<int:pk>/act/<slug:act>/", acting.CaseActRecord.as_view(), name="case_act"),
    path("<int:pk>/assign/", acting.CaseAssign.as_view(), name="case_assign"),
    path("<int:pk>/note/", acting.CaseNote.as_view(), name="case_note"),
    path("<int:pk>/merge/", acting.CaseMerge.as_view(), name="case_merge"),
    path("<int:pk>/recurrence/", acting.CaseRecurrence.as_view(), name="case_recurrence"),
    path("<int:pk>/analysis/", analysis.analysis_detail, name="analysis"),
    path("<int:pk>/analysis/write/", analysis.AnalysisWrite.as_view(), name="analysis_write"),
    path("<int:pk>/analysis/submit/", analysis.AnalysisSubmit.as_view(), name="analysis_submit"),
    path("<int:pk>/analysis/approve/", analysis.AnalysisApprove.as_view(), name="analysis_approve"),
    path("<int:pk>/analysis/return/", analysis.AnalysisReturn.as_view(), name="analysis_return"),
    path("<int:pk>/paper/<slug:form>/", papers.case_paper, name="case_paper"),
]
