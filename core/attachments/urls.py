"""Addresses of stored files."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from core.attachments import views


class SizeConverter(StringConverter):
    """Which of the two copies."""

    regex = "thumb|full"


register_converter(SizeConverter, "photo_size")

app_name = "files"
urlpatterns = [path("<uuid:identifier>/<photo_size:size>", views.file, name="photo")]
