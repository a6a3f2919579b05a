"""Addresses of the clocks: of one case, and of the rules they run by."""

from django.urls import path

from incidents.views import clock_rules, clocks

urlpatterns = [
    path("clocks/", clock_rules.clocks, name="clocks"),
    path("clocks/limits/add/", clock_rules.LimitEdit.as_view(), name="limit_add"),
    path("clocks/limits/<int:pk>/", clock_rules.LimitEdit.as_view(), name="limit_change"),
    path("clocks/limits/<int:pk>/remove/", clock_rules.limit_remove, name="limit_remove"),
    path("clocks/elastic/add/", clock_rules.ElasticEdit.as_view(), name="elastic_add"),
    path("clocks/elastic/<int:pk>/", clock_rules.ElasticEdit.as_view(), name="elastic_change"),
    path("clocks/elastic/<int:pk>/remove/", clock_rules.elastic_remove, name="elastic_remove"),
    path("clocks/escalation/add/", clock_rules.PolicyEdit.as_view(), name="policy_add"),
    path("clocks/escalation/<int:pk>/", clock_rules.PolicyEdit.as_view(), name="policy_change"),
    path("clocks/escalation/<int:pk>/remove/", clock_rules.policy_remove, name="policy_remove"),
    path("storm/<int:pk>/declare/", clock_rules.storm_declare, name="storm_declare"),
    path("storm/<int:pk>/end/", clock_rules.storm_end, name="storm_end"),
    path("<int:pk>/priority/", clocks.CasePriority.as_view(), name="case_priority"),
    path("<int:pk>/pause/", clocks.CasePause.as_view(), name="case_pause"),
    path("<int:pk>/resume/", clocks.CaseResume.as_view(), name="case_resume"),
    path("<int:pk>/extension/", clocks.CaseExtension.as_view(), name="case_extension"),
    path("<int:pk>/extension/decide/", clocks.CaseExtensionDecide.as_view(), name="case_extension_decide"),
    path("<int:pk>/acknowledge/", clocks.acknowledge, name="case_acknowledge"),
    path("<int:pk>/report-up/", clocks.ReportUp.as_view(), name="report_up_write"),
    path("<int:pk>/report-up/<int:number>/", clocks.report_up, name="report_up"),
]
