"""Addresses of surveys at the desk."""

from django.urls import include, path

from surveys.views import acting, building, calendar, printing, questionnaires, waves

app_name = "surveys"

urlpatterns = [
    path("", calendar.home, name="home"),
    path("plans/", calendar.PlanList.as_view(), name="plans"),
    path("plans/add/", calendar.PlanEdit.as_view(), name="plan_add"),
    path("plans/usual/", calendar.add_usual, name="plans_usual"),
    path("plans/<int:pk>/", calendar.PlanEdit.as_view(), name="plan_change"),
    path("occasions/<int:pk>/done/", calendar.OccasionDone.as_view(), name="occasion_done"),
    path("questionnaires/", questionnaires.QuestionnaireList.as_view(), name="questionnaires"),
    path("questionnaires/add/", questionnaires.QuestionnaireAdd.as_view(), name="questionnaire_add"),
    path("questionnaires/install/", questionnaires.install_shipped, name="install"),
    path("questionnaires/bank/", questionnaires.BankList.as_view(), name="bank"),
    path("questionnaires/<int:pk>/", questionnaires.questionnaire_detail, name="questionnaire"),
    path("questionnaires/<int:pk>/publish/", questionnaires.questionnaire_publish, name="publish"),
    path("questionnaires/<int:pk>/discard/", questionnaires.questionnaire_discard, name="discard"),
    path("questionnaires/<int:pk>/retire/", questionnaires.questionnaire_retire, name="retire"),
    path("questionnaires/<int:pk>/build/", building.build, name="build"),
    path("questionnaires/<int:pk>/build/texts/", building.TextsEdit.as_view(), name="texts"),
    path("questionnaires/<int:pk>/build/sections/add/", building.SectionEdit.as_view(), name="section_add"),
    path(
        "questionnaires/<int:pk>/build/questions/add/", building.QuestionEdit.as_view(), name="question_add"
    ),
    path(
        "questionnaires/sections/<int:pk>/", building.SectionEdit.as_view(is_part=True), name="section_change"
    ),
    path("questionnaires/sections/<int:pk>/remove/", building.section_remove, name="section_remove"),
    path("questionnaires/sections/<int:pk>/bank/", building.from_bank, name="from_bank"),
    path(
        "questionnaires/questions/<int:pk>/",
        building.QuestionEdit.as_view(is_part=True),
        name="question_change",
    ),
    path("questionnaires/questions/<int:pk>/<slug:act>/", building.question_act, name="question_act"),
    path("waves/", waves.WaveList.as_view(), name="waves"),
    path("waves/add/", waves.WaveEdit.as_view(), name="wave_add"),
    path("waves/estimate/<int:pk>/", waves.estimate_part, name="estimate"),
    path("waves/<int:pk>/", waves.wave_detail, name="wave"),
    path("waves/<int:pk>/change/", waves.WaveEdit.as_view(), name="wave_change"),
    path("waves/<int:pk>/draw/", acting.wave_draw, name="wave_draw"),
    path("waves/<int:pk>/open/", acting.wave_open, name="wave_open"),
    path("waves/<int:pk>/close/", acting.wave_close, name="wave_close"),
    path("waves/<int:pk>/cancel/", acting.WaveCancel.as_view(), name="wave_cancel"),
    path("waves/<int:pk>/code/", acting.wave_code, name="wave_code"),
    path("waves/<int:pk>/address/", waves.wave_address, name="wave_address"),
    path("waves/<int:pk>/poster/", printing.wave_poster, name="wave_poster"),
    path("waves/<int:pk>/letters/<slug:which>/", printing.wave_letters, name="wave_letters"),
    path("waves/<int:pk>/invitations/", acting.InvitationList.as_view(), name="invitations"),
    path("invitations/<int:pk>/<slug:reach>/", acting.invitation_mark, name="invitation_mark"),
    path("", include("surveys.urls_standing")),
    path("", include("surveys.urls_results")),
    path("", include("surveys.urls_collecting")),
    path("", include("surveys.urls_meetings")),
]
