"""Run alone: does one job through the outbox, as a worker does, and prints how long it took and what memory the process held at its peak."""

import json
import os
import sys
import time

import django

from benchmarks.workbook_memory import peak


def main(key: str) -> None:
    """The job of that number. Raises RuntimeError when it does not end with a file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from core.models import Job, OutboxItem
    from core.outbox import running

    begin = time.perf_counter()
    running.run(ids=[OutboxItem.objects.get(handler="core.run_job", key=key).pk])
    took, job = time.perf_counter() - begin, Job.objects.get(pk=key)
    if not job.file:
        raise RuntimeError(f"{job.state}: {job.error}")
    print(
        json.dumps(
            {
                "seconds": took,
                "peak": peak() / 1024,
                "bytes": job.file.size,
                "done": job.done,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
