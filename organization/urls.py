"""Addresses of the organization."""

from django.urls import path, re_path

from organization.views import company, founding, households, people, sites, tokens, zones

app_name = "organization"

urlpatterns = [
    path("found/", founding.FoundingPage.as_view(), name="found"),
    path("setup/", founding.setup_steps, name="setup"),
    path("company/", company.CompanyChange.as_view(), name="company"),
    path("departments/", company.DepartmentList.as_view(), name="departments"),
    path("departments/add/", company.DepartmentAdd.as_view(), name="department_add"),
    path("departments/<int:pk>/", company.DepartmentChange.as_view(), name="department"),
    path("holidays/", company.HolidayList.as_view(), name="holidays"),
    path("holidays/add/", company.HolidayAdd.as_view(), name="holiday_add"),
    path("holidays/<int:pk>/remove/", company.holiday_remove, name="holiday_remove"),
    path("tokens/", tokens.TokenList.as_view(), name="tokens"),
    path("tokens/add/", tokens.TokenAdd.as_view(), name="token_add"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("sites/", sites.SiteList.as_view(), name="sites"),
    path("sites/add/", sites.SiteAdd.as_view(), name="site_add"),
    path("sites/<int:pk>/", sites.site_detail, name="site"),
    path("sites/<int:pk>/change/", sites.SiteChange.as_view(), name="site_change"),
    path("sites/<int:pk>/plan/", sites.PlanChange.as_view(), name="site_plan"),
    path("sites/<int:pk>/plan/image/", sites.plan_image, name="site_plan_image"),
    path("sites/<int:pk>/buildings/add/", sites.BuildingAdd.as_view(), name="building_add"),
    path("buildings/<int:pk>/", sites.BuildingChange.as_view(), name="building"),
    path("zones/", zones.ZoneList.as_view(), name="zones"),
    path("zones/add/", zones.zone_add_here, name="zone_add_here"),
    path("sites/<int:site>/zones/add/", zones.ZoneAdd.as_view(), name="zone_add"),
    path("sites/<int:site>/zones/print/", zones.zone_table_pdf, name="zone_table_pdf"),
    path("zones/<int:pk>/", zones.zone_detail, name="zone"),
    path("zones/<int:pk>/change/", zones.ZoneChange.as_view(), name="zone_change"),
    path("zones/<int:pk>/review/", zones.zone_review, name="zone_review"),
    path("households/", households.HouseholdList.as_view(), name="households"),
    path("households/add/", households.household_add_here, name="household_add_here"),
    path("sites/<int:site>/households/add/", households.HouseholdAdd.as_view(), name="household_add"),
    path("households/<int:pk>/", households.household_detail, name="household"),
    path("households/<int:pk>/phones/", households.household_phones, name="household_phones"),
    path("households/<int:pk>/change/", households.HouseholdChange.as_view(), name="household_change"),
    path("households/<int:pk>/residents/add/", households.ResidentAdd.as_view(), name="resident_add"),
    path("residents/<int:pk>/change/", households.ResidentChange.as_view(), name="resident_change"),
    path("residents/<int:pk>/erase/", households.resident_erase, name="resident_erase"),
    path("people/", people.PersonList.as_view(), name="people"),
    path("people/add/", people.PersonAdd.as_view(), name="person_add"),
    path("people/<int:pk>/", people.person_detail, name="person"),
    path("people/<int:pk>/change/", people.PersonChange.as_view(), name="person_change"),
    path("people/<int:pk>/roles/add/", people.RoleAdd.as_view(), name="role_add"),
    path("roles/<int:pk>/end/", people.RoleEnd.as_view(), name="role_end"),
    re_path(
        r"^people/(?P<pk>\d+)/(?P<act>reset-password|deactivate|reactivate)/$",
        people.person_act,
        name="person_act",
    ),
    path("me/", people.OwnDetails.as_view(), name="me"),
    path("me/password/", people.OwnPassword.as_view(), name="my_password"),
]
