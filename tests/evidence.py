"""Which requirement is proved by which passing test. `python -m tests.evidence` prints the ones without."""

import json
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parent.parent / "var" / "requirements.json"
REQUIREMENTS = [f"R{number:03d}" for number in range(1, 105)]

Proofs = dict[str, dict[str, bool]]


class Evidence:
    """Collects the outcome of every marked test of one run; a later run of other tests adds to the same file."""

    def __init__(self) -> None:
        self.proofs: Proofs = {}

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Runs in the controller of pytest-xdist: a test counts as passed when none of its phases failed."""
        for name, value in report.user_properties:
            if name == "requirement":
                tests = self.proofs.setdefault(str(value), {})
                passed_so_far = tests.get(report.nodeid, True)
                tests[report.nodeid] = passed_so_far and report.passed

    def pytest_unconfigure(self) -> None:
        if self.proofs:
            merged = load()
            for requirement, tests in self.proofs.items():
                merged.setdefault(requirement, {}).update(tests)
            FILE.parent.mkdir(exist_ok=True)
            FILE.write_text(json.dumps(merged, indent=1, sort_keys=True))


def load() -> Proofs:
    """What earlier runs noted: requirement → test → passed."""
    try:
        proofs: Proofs = json.loads(FILE.read_text())
    except (OSError, ValueError):
        return {}
    return proofs


def main() -> int:
    """Print the requirements that no passing test proves; exit status 1 while there are any."""
    proofs = load()
    proved = [name for name in REQUIREMENTS if any(proofs.get(name, {}).values())]
    missing = [name for name in REQUIREMENTS if name not in proved]
    unknown = sorted(set(proofs) - set(REQUIREMENTS))
    print(f"{len(proved)} of {len(REQUIREMENTS)} requirements are proved by a passing test.")
    if missing:
        print("Without one: " + " ".join(missing))
    if unknown:
        print("Marked in tests, but no requirement: " + " ".join(unknown))
    return 1 if missing or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
