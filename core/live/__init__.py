"""Live updates: services publish ids after commit, browsers hold one stream and fetch what changed."""

from core.live.publishing import cursor, publish, publish_many
from core.live.topics import allowed_topics, person_topic, source

__all__ = ["allowed_topics", "cursor", "person_topic", "publish", "publish_many", "source"]
