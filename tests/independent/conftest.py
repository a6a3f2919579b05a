"""The month that is reckoned again, and its report in each of its shapes."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any
from zlib import crc32

import pytest
import time_machine

from kpi.selectors.periods import Month
from kpi.services.folding import refold
from kpi.services.reporting import Form, write
from organization.models import Site
from tests.conftest import Cast
from tests.independent.living import NOW, live_through_october

MONTH = Month(date(2026, 10, 1))
#: A report of October in one of its shapes.
Written = Callable[[Form], BytesIO]


@pytest.fixture(params=["Asia/Shanghai en", "America/New_York en", "Europe/Berlin en"])
def lived(request: Any, site: Site, cast: Cast, settings: Any, tmp_path: Any) -> Iterator[Site]:
    """The month behind the site, in a time zone and a language. Clocks change in Berlin on 25 October, in New York on 1 November."""
    settings.MEDIA_ROOT = tmp_path
    site.time_zone, site.language = request.param.split()
    site.households, site.population = 640, 1_730
    site.save(update_fields=["time_zone", "language", "households", "population"])
    with time_machine.travel(NOW, tick=False):
        live_through_october(site, cast, seed=crc32(site.time_zone.encode()))
        list(refold(site, date(2026, 5, 1), NOW.date()))
        yield Site.objects.select_related("company").get(pk=site.pk)


@pytest.fixture
def written(lived: Site) -> Written:
    """Writes the report of October in a shape."""

    def make(form: Form) -> BytesIO:
        file = BytesIO()
        write(lived, MONTH, form, file)
        file.seek(0)
        return file

    return make
