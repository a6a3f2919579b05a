"""Addresses of the desk's side of residents."""

from django.urls import path

from incidents.views import residents

urlpatterns = [
    path("intake-points/", residents.IntakePointList.as_view(), name="points"),
    path("intake-points/add/", residents.IntakePointAdd.as_view(), name="point_add"),
    path("intake-points/print/", residents.Posters.as_view(), name="posters"),
    path("intake-points/<int:pk>/", residents.intake_point, name="point"),
    path("intake-points/<int:pk>/change/", residents.IntakePointChange.as_view(), name="point_change"),
    path("intake-points/<int:pk>/label/", residents.point_label, name="point_label"),
    path("intake-points/<int:pk>/print/", residents.point_poster, name="point_poster"),
    path("<int:pk>/resident/", residents.case_resident, name="case_resident"),
    path("<int:pk>/resident/link/", residents.CaseLink.as_view(), name="case_link"),
    path("<int:pk>/resident/erase/", residents.case_forget, name="case_forget"),
]
