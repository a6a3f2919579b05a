"""Addresses of figures."""

from django.urls import path

from kpi.views import (
    bottlenecks,
    dimensions,
    evaluation,
    events,
    heat,
    improvement_acts,
    improvements,
    indicator,
    month,
    papers,
    report_page,
    reports,
    schedules,
    scorecard,
    shared,
    sites,
    wall,
)

app_name = "kpi"

urlpatterns = [
    path("", month.month, name="month"),
    path("events/", events.events, name="events"),
    path("indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("heat/", heat.heat, name="heat"),
    path("bottlenecks/", bottlenecks.bottlenecks, name="bottlenecks"),
    path("dimensions/", dimensions.dimensions, name="dimensions"),
    path("wall/", wall.wall, name="wall"),
    path("wall/part/", wall.wall_part, name="wall_part"),
    path("scorecard/", scorecard.scorecard, name="scorecard"),
    path("scorecard/weights/", scorecard.SiteWeights.as_view(), name="site_weights"),
    path("scorecard/weights/company/", scorecard.CompanyWeights.as_view(), name="company_weights"),
    path("scorecard/<int:pk>/withdraw/", scorecard.withdraw, name="withdraw_weights"),
    path("sites/", sites.sites, name="sites"),
    path("evaluation/", evaluation.evaluation, name="evaluation"),
    path("efficiency/", evaluation.efficiency, name="efficiency"),
    path("improvements/", improvements.ImprovementList.as_view(), name="improvements"),
    path("improvements/board/", improvements.board, name="improvement_board"),
    path("improvements/matrix/", improvements.matrix, name="improvement_matrix"),
    path("improvements/gantt/", improvements.gantt, name="improvement_gantt"),
    path("improvements/add/", improvement_acts.ImprovementAdd.as_view(), name="improvement_add"),
    path("improvements/<int:pk>/", improvements.improvement, name="improvement"),
    path("improvements/<int:pk>/paper/", papers.improvement_paper, name="improvement_paper"),
    path(
        "improvements/<int:pk>/change/",
        improvement_acts.ImprovementChange.as_view(),
        name="improvement_change",
    ),
    path(
        "improvements/<int:pk>/begin/", improvement_acts.ImprovementBegin.as_view(), name="improvement_begin"
    ),
    path("improvements/<int:pk>/done/", improvement_acts.ImprovementDone.as_view(), name="improvement_done"),
    path(
        "improvements/<int:pk>/check/", improvement_acts.ImprovementCheck.as_view(), name="improvement_check"
    ),
    path(
        "improvements/<int:pk>/close/", improvement_acts.ImprovementClose.as_view(), name="improvement_close"
    ),
    path(
        "improvements/<int:pk>/loop/", improvement_acts.ImprovementLoopAdd.as_view(), name="improvement_loop"
    ),
    path(
        "improvements/<int:pk>/cancel/",
        improvement_acts.ImprovementCancel.as_view(),
        name="improvement_cancel",
    ),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/make/", report_page.make_report, name="make_report"),
    path("reports/make/all/", report_page.make_all, name="make_all_reports"),
    path("reports/sent/", reports.DeliveryList.as_view(), name="reports_sent"),
    path("reports/schedules/", schedules.ScheduleList.as_view(), name="schedules"),
    path("reports/schedules/add/", schedules.ScheduleEdit.as_view(), name="schedule_add"),
    path("reports/schedules/<int:pk>/", schedules.ScheduleEdit.as_view(), name="schedule_change"),
    path("reports/schedules/<int:pk>/remove/", schedules.remove, name="schedule_remove"),
    path("reports/company/<slug:month>/", report_page.company, name="company_report"),
    path("reports/files/<int:pk>/<slug:form>/", reports.report_file, name="report_file"),
    path("reports/shared/<str:token>/", shared.shared_report, name="shared_report"),
    path("reports/shared/<str:token>/<slug:form>/", shared.shared_file, name="shared_report_file"),
    path("reports/<int:site>/<slug:month>/", report_page.report, name="report"),
]
