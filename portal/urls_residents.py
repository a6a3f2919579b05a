"""Addresses of the pages for residents. Short, because they are printed; what is no token comes before what is."""

from django.urls import path

from portal.views.residents import cases, points, reading, surveys

urlpatterns = [
    path("r/find/", points.find_page, name="resident_find"),
    path("r/case/<slug:token>/", cases.case_page, name="resident_case"),
    path("r/case/<slug:token>/word/", cases.case_word, name="resident_word"),
    path("r/case/<slug:token>/rate/", cases.case_rate, name="resident_rate"),
    path("r/case/<slug:token>/step/<slug:step>/", cases.case_step, name="resident_step"),
    path("r/case/<slug:token>/photo/<uuid:identifier>/<slug:size>/", cases.case_photo, name="resident_photo"),
    path("r/<slug:token>/", points.point_page, name="point"),
    path("r/<slug:token>/notices/", reading.notices_page, name="point_notices"),
    path("r/<slug:token>/information/", reading.information_page, name="point_information"),
    path("r/<slug:token>/said-done/", reading.said_done_page, name="point_said_done"),
    path("r/<slug:token>/new/<slug:report>/", points.report_page, name="point_report"),
    path("s/g/<slug:token>/", surveys.survey_gate, name="survey_gate"),
    path("s/<slug:token>/", surveys.survey_page, name="survey"),
    path("s/<slug:token>/said-done/", reading.survey_said_done, name="survey_said_done"),
    path("s/<slug:token>/refuse/", surveys.survey_refuse, name="survey_refuse"),
    path("privacy/<slug:company>/<slug:site>/", reading.privacy_page, name="privacy"),
]
