"""Addresses of patrols."""

from django.urls import path

from patrols.views import plans, points, rounds

app_name = "patrols"

urlpatterns = [
    path("", rounds.RoundList.as_view(), name="rounds"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/part/", rounds.round_part, name="round_part"),
    path("rounds/<int:pk>/cancel/", rounds.RoundCancel.as_view(), name="round_cancel"),
    path("scans/", rounds.ScanList.as_view(), name="scans"),
    path("scans/<uuid:pk>/overrule/", rounds.ScanOverrule.as_view(), name="scan_overrule"),
    path("points/", points.CheckpointList.as_view(), name="checkpoints"),
    path("points/add/", points.CheckpointAdd.as_view(), name="checkpoint_add"),
    path("points/labels/", points.LabelSheet.as_view(), name="label_sheet"),
    path("points/<int:pk>/", points.checkpoint_detail, name="checkpoint"),
    path("points/<int:pk>/change/", points.CheckpointChange.as_view(), name="checkpoint_change"),
    path("points/<int:pk>/retire/", points.CheckpointRetire.as_view(), name="checkpoint_retire"),
    path("points/<int:pk>/restore/", points.CheckpointRestore.as_view(), name="checkpoint_restore"),
    path("points/<int:pk>/label/", points.one_label, name="label_pdf"),
    path("points/<int:pk>/label/new/", points.LabelReissue.as_view(), name="label_reissue"),
    path("routes/", plans.RouteList.as_view(), name="routes"),
    path("routes/add/", plans.RouteAdd.as_view(), name="route_add"),
    path("routes/<int:pk>/", plans.RouteChange.as_view(), name="route"),
    path("plans/", plans.PlanList.as_view(), name="plans"),
    path("plans/add/", plans.PlanAdd.as_view(), name="plan_add"),
    path("plans/<int:pk>/", plans.PlanChange.as_view(), name="plan"),
    path("plans/<int:pk>/end/", plans.plan_end, name="plan_end"),
    path("sites/<int:site>/proposals/<slug:code>/", plans.proposal_adopt, name="proposal_adopt"),
]
