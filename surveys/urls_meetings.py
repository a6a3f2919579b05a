"""Addresses of observations, forums and what residents are told."""

from django.urls import path

from surveys.views import feedback, meetings

urlpatterns = [
    path("observations/", meetings.ObservationList.as_view(), name="observations"),
    path("observations/add/", meetings.ObservationEdit.as_view(), name="observation_add"),
    path("observations/<int:pk>/", meetings.observation, name="observation"),
    path("observations/<int:pk>/change/", meetings.ObservationEdit.as_view(), name="observation_change"),
    path("observations/findings/<int:pk>/case/", meetings.finding_case, name="finding_case"),
    path("forums/", meetings.ForumList.as_view(), name="forums"),
    path("forums/add/", meetings.ForumEdit.as_view(), name="forum_add"),
    path("forums/<int:pk>/", meetings.forum, name="forum"),
    path("forums/<int:pk>/change/", meetings.ForumEdit.as_view(), name="forum_change"),
    path("forums/<int:pk>/minutes/", meetings.forum_minutes, name="forum_minutes"),
    path("feedback/", feedback.FeedbackList.as_view(), name="feedback"),
    path("feedback/add/", feedback.FeedbackEdit.as_view(), name="feedback_add"),
    path("feedback/<int:pk>/", feedback.item, name="feedback_item"),
    path("feedback/<int:pk>/change/", feedback.FeedbackEdit.as_view(), name="feedback_change"),
    path("feedback/<int:pk>/publish/", feedback.publish, name="feedback_publish"),
    path("feedback/<int:pk>/withdraw/", feedback.withdraw, name="feedback_withdraw"),
]
