"""Addresses of cases."""

from django.urls import path

from incidents import urls_clocks
from incidents.views import (
    acting,
    analysis,
    board,
    bulk,
    calendar,
    intake,
    mine,
    pages,
    papers,
    people,
    places,
    prepared,
    waiting,
)

app_name = "incidents"

urlpatterns = [
    path("", pages.CaseList.as_view(), name="cases"),
    path("add/", intake.CaseAdd.as_view(), name="case_add"),
    path("like/", intake.cases_like, name="cases_like"),
    path("bulk/", bulk.CasesBulk.as_view(), name="cases_bulk"),
    path("mine/", mine.my_work, name="mine"),
    path("board/", board.board, name="board"),
    path("map/", places.case_map, name="map"),
    path("calendar/", calendar.case_calendar, name="calendar"),
    path("waiting/", waiting.where_work_waits, name="waiting"),
    path("waiting/<slug:kind>/<slug:state>/", waiting.stays, name="stays"),
    path("templates/", prepared.TemplateList.as_view(), name="templates"),
    path("templates/add/", prepared.TemplateEdit.as_view(), name="template_add"),
    path("templates/shipped/", prepared.install_templates, name="templates_shipped"),
    path("templates/<int:pk>/", prepared.TemplateEdit.as_view(), name="template_change"),
    path("approvals/", prepared.RuleList.as_view(), name="rules"),
    path("approvals/add/", prepared.RuleEdit.as_view(), name="rule_add"),
    path("approvals/shipped/", prepared.install_rules, name="rules_shipped"),
    path("approvals/<int:pk>/", prepared.RuleEdit.as_view(), name="rule_change"),
    path("<int:pk>/", pages.case_detail, name="case"),
    path("<int:pk>/people/", people.case_people, name="case_people"),
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
    *urls_clocks.urlpatterns,
]
