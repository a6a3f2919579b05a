"""Addresses under /robots/."""

from django.urls import path

from core.notifications.channels.robots import views

app_name = "robots"
urlpatterns = [
    path("", views.RobotList.as_view(), name="list"),
    path("add/", views.RobotPage.as_view(), name="add"),
    path("log/", views.RobotLog.as_view(), name="log"),
    path("<int:pk>/", views.RobotPage.as_view(), name="change"),
    path("<int:pk>/test/", views.test, name="test"),
    path("log/<uuid:pk>/again/", views.again, name="again"),
]
