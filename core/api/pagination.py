"""Lists are paged by cursor: stable while rows arrive, and no COUNT."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Newest first by key; a view's ``ordering`` may say otherwise. ``page_size`` up to 200."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200
