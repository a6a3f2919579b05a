"""The product's Celery application with one fast tick instead of its schedule."""

from config.celery import app

app.conf.beat_schedule = {"tick": {"task": "test.tick", "schedule": 0.5, "options": {"expires": 5}}}
app.conf.beat_max_loop_interval = 0.25
