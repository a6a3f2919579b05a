"""Addresses under /views/."""

from django.urls import path

from core.saved_views import views

app_name = "views"
urlpatterns = [
    path("", views.SavedViewList.as_view(), name="list"),
    path("add/", views.SaveView.as_view(), name="add"),
    path("<int:pk>/", views.ChangeView.as_view(), name="change"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/default/", views.default, name="default"),
]
