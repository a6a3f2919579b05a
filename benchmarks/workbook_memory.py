"""Run alone: writes a report of so many rows and prints by how many KiB the process grew at its peak."""

import os
import resource
import sys
from tempfile import TemporaryFile

import django


def peak() -> int:
    """The most memory the process has held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(count: int) -> None:
    """Write ten rows, so that everything is loaded, then `count`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from benchmarks.workbooks import ours

    with TemporaryFile() as file:
        ours(10, file)
    before = peak()
    with TemporaryFile() as file:
        ours(count, file)
    print(peak() - before)


if __name__ == "__main__":
    main(int(sys.argv[1]))
