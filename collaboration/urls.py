"""Addresses of action items and requests."""

from django.urls import path

from collaboration.views import actions, requests

app_name = "collaboration"

urlpatterns = [
    path("", actions.mine, name="mine"),
    path("items/", actions.ActionList.as_view(), name="actions"),
    path("items/add/", actions.ActionAdd.as_view(), name="action_add"),
    path("items/<int:pk>/", actions.action_detail, name="action"),
    path("items/<int:pk>/change/", actions.ActionChange.as_view(), name="action_change"),
    path("items/<int:pk>/done/", actions.ActionDone.as_view(), name="action_done"),
    path("items/<int:pk>/verify/", actions.ActionVerify.as_view(), name="action_verify"),
    path("items/<int:pk>/return/", actions.ActionReturn.as_view(), name="action_return"),
    path("items/<int:pk>/cancel/", actions.ActionCancel.as_view(), name="action_cancel"),
    path("items/<int:pk>/extend/", actions.ActionExtend.as_view(), name="action_extend"),
    path("items/<int:pk>/decide/", actions.ActionDecide.as_view(), name="action_decide"),
    path("items/<int:pk>/judge/", actions.ActionJudge.as_view(), name="action_judge"),
    path("requests/", requests.RequestList.as_view(), name="requests"),
    path("requests/add/", requests.RequestAdd.as_view(), name="request_add"),
    path("requests/<int:pk>/", requests.request_detail, name="request"),
    path("requests/<int:pk>/accept/", requests.RequestAccept.as_view(), name="request_accept"),
    path("requests/<int:pk>/decline/", requests.RequestDecline.as_view(), name="request_decline"),
    path("requests/<int:pk>/start/", requests.RequestStart.as_view(), name="request_start"),
    path("requests/<int:pk>/deliver/", requests.RequestDeliver.as_view(), name="request_deliver"),
    path("requests/<int:pk>/confirm/", requests.RequestConfirm.as_view(), name="request_confirm"),
    path("requests/<int:pk>/return/", requests.RequestReturn.as_view(), name="request_return"),
]
