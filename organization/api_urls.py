"""Addresses of the organization in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from organization.api import HouseholdViewSet
from organization.api_notices import NoticeViewSet
from organization.api_phone import own_password

router = SimpleRouter()
router.register("households", HouseholdViewSet)
router.register("notices", NoticeViewSet, basename="notice")

urlpatterns = [path("session/password/", own_password, name="own-password"), *router.urls]
