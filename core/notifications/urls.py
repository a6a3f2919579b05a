"""Addresses under /notifications/."""

from django.urls import path

from core.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.NotificationList.as_view(), name="list"),
    path("unread/", views.unread, name="unread"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read_all"),
    path("preferences/", views.Preferences.as_view(), name="preferences"),
    path("<uuid:pk>/read/", views.read, name="read"),
]
