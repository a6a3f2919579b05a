"""Addresses under /webhooks/."""

from django.urls import path

from core.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.WebhookList.as_view(), name="list"),
    path("add/", views.WebhookPage.as_view(), name="add"),
    path("log/", views.WebhookLog.as_view(), name="log"),
    path("<int:pk>/", views.WebhookPage.as_view(), name="change"),
    path("<int:pk>/secret/", views.change_secret, name="secret"),
    path("<int:pk>/test/", views.test, name="test"),
    path("log/<uuid:pk>/again/", views.again, name="again"),
]
