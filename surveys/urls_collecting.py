"""Addresses of collecting answers on paper and by telephone."""

from django.urls import path

from surveys.views import interviews, papers

urlpatterns = [
    path("waves/<int:pk>/paper/", papers.overview, name="paper"),
    path("waves/<int:pk>/paper/give-out/<str:evidence>/", papers.give_out, name="paper_give_out"),
    path("waves/<int:pk>/paper/returned/", papers.returned, name="paper_returned"),
    path("waves/<int:pk>/paper/print/<str:evidence>/<int:number>/", papers.printed, name="paper_print"),
    path("sheets/<int:pk>/", papers.sheet_detail, name="sheet"),
    path("sheets/<int:pk>/enter/", papers.SheetEnter.as_view(), name="sheet_enter"),
    path("sheets/<int:pk>/settle/", papers.SheetSettle.as_view(), name="sheet_settle"),
    path("sheets/<int:pk>/scans/", papers.SheetScans.as_view(), name="sheet_scans"),
    path("sheets/<int:pk>/void/", papers.sheet_void, name="sheet_void"),
    path("waves/<int:pk>/calls/", interviews.overview, name="calls"),
    path("waves/<int:pk>/calls/next/", interviews.next_call, name="call_next"),
    path("calls/<int:pk>/", interviews.Call.as_view(), name="call"),
    path("calls/<int:pk>/phones/", interviews.CallPhones.as_view(), name="call_phones"),
    path("calls/<int:pk>/again/", interviews.call_again, name="call_again"),
    path("calls/<int:pk>/outcome/<str:state>/", interviews.note_outcome, name="call_outcome"),
]
