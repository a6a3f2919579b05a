"""Addresses of rosters."""

from django.urls import path

from rosters.views import coverage, pages

app_name = "rosters"

urlpatterns = [
    path("", pages.week, name="week"),
    path("posts/", pages.PostList.as_view(), name="posts"),
    path("posts/add/", pages.PostAdd.as_view(), name="post_add"),
    path("posts/<int:pk>/", pages.PostChange.as_view(), name="post"),
    path("shifts/add/", pages.ShiftAdd.as_view(), name="shift_add"),
    path("shifts/<int:pk>/remove/", pages.shift_remove, name="shift_remove"),
    path("sites/<int:site>/copy-week/", pages.week_copy, name="week_copy"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("staffing/", pages.staffing, name="staffing"),
]
