"""A long export holds no rows: memory stays flat however many there are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

LIMIT_KIB = 60 * 1024


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_hundred_thousand_generated_rows_take_less_than_60_mb(kind: str) -> None:
    probe = Path(__file__).with_name("report_memory_probe.py")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    done = subprocess.run(
        [sys.executable, str(probe), kind],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < LIMIT_KIB
