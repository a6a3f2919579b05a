"""Addresses of alarms and of where they come from."""

from django.urls import path

from incidents.views import alarm_sources, alarms

urlpatterns = [
    path("alarms/", alarms.AlarmList.as_view(), name="alarms"),
    path("alarms/open/", alarms.alarms_open, name="alarms_open"),
    path("alarms/<int:pk>/", alarms.alarm_detail, name="alarm"),
    path("alarms/<int:pk>/part/", alarms.alarm_part, name="alarm_part"),
    path("alarms/<int:pk>/acknowledge/", alarms.alarm_acknowledge, name="alarm_acknowledge"),
    path("alarms/<int:pk>/case/", alarms.AlarmMakeCase.as_view(), name="alarm_case"),
    path("alarms/<int:pk>/add/", alarms.AlarmAddToCase.as_view(), name="alarm_add_to_case"),
    path("alarms/<int:pk>/false/", alarms.AlarmFalse.as_view(), name="alarm_false"),
    path("alarms/<int:pk>/settle/", alarms.AlarmSettle.as_view(), name="alarm_settle"),
    path("alarms/sources/", alarm_sources.SourceList.as_view(), name="alarm_sources"),
    path("alarms/sources/add/", alarm_sources.SourceEdit.as_view(), name="alarm_source_add"),
    path("alarms/sources/<int:pk>/", alarm_sources.source_detail, name="alarm_source"),
    path("alarms/sources/<int:pk>/change/", alarm_sources.SourceEdit.as_view(), name="alarm_source_change"),
    path("alarms/sources/<int:pk>/secret/", alarm_sources.source_secret, name="alarm_source_secret"),
    path("alarms/sources/<int:pk>/test/", alarm_sources.source_test, name="alarm_source_test"),
    path("alarms/sources/<int:source>/rules/add/", alarm_sources.RuleEdit.as_view(), name="alarm_rule_add"),
    path("alarms/rules/<int:pk>/", alarm_sources.RuleEdit.as_view(), name="alarm_rule_change"),
    path("alarms/rules/<int:pk>/remove/", alarm_sources.rule_remove, name="alarm_rule_remove"),
]
