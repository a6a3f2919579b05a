"""Two schedulers at once, as two processes: every slot of every plan has one round."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from organization.models import Site
from patrols.models import Plan, PlanProgress, Round
from tests.browser.stack import ROOT
from tests.core.event_stream import environment
from tests.faults.conftest import FULL
from tests.patrols.factories import CheckpointFactory, PlanFactory, RouteFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROCESSES = 3
#: Waits for the moment all were told, then materialises; each line of output is how many rounds were new.
PROGRAM = """
import sys, time
import django
django.setup()
from patrols.services.materialising import materialise
print("ready", flush=True)
for line in sys.stdin:
    time.sleep(max(0.0, float(line) - time.time()))
    print(materialise(), flush=True)
"""


@pytest.mark.fault("F33")
def test_schedulers_that_run_at_the_same_moment_make_each_round_once(site: Site, tmp_path: Path) -> None:
    route = RouteFactory.create(site=site, over=[CheckpointFactory.create(site=site) for _ in range(3)])
    plans = [PlanFactory.create(site=site, route=route) for _ in range(20)]
    command = [sys.executable, "-c", PROGRAM]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for _round in range(20 if FULL else 4):
            Round.objects.all().delete()
            PlanProgress.objects.all().delete()
            moment = time.time() + 0.3
            for process in running:
                assert process.stdin is not None
                process.stdin.write(f"{moment}\n")
                process.stdin.flush()
            made = [int(process.stdout.readline()) for process in running if process.stdout is not None]
            slots = Counter(Round.objects.values_list("plan_id", "due_start"))
            assert set(slots.values()) == {1}
            assert sum(made) == len(slots), "a round was counted as made by two"
            by_plan = Counter(plan for plan, _due in slots)
            assert set(by_plan) == {plan.pk for plan in plans}
            assert len(set(by_plan.values())) == 1, "plans of one rule have the same slots"
    finally:
        for process in running:
            with process:
                process.kill()
    assert Plan.objects.count() == 20
