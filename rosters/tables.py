"""Tables of the lists."""

import django_tables2 as tables

from core.listing import Table
from rosters.models import Post


class PostTable(Table):
    """Posts."""

    name = tables.Column(linkify=("rosters:post", {"pk": tables.A("pk")}))

    class Meta(Table.Meta):
        model = Post
        fields = ("code", "name", "site", "kind", "zone", "heads", "is_active")
