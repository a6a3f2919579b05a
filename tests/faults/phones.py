"""Phones for these tests: the page's own modules in Node, and plain HTTP for what no phone of ours would send."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from core.clock import now
from core.ids import uuid7
from organization.models import Person
from patrols.models import Checkpoint
from patrols.services.labels import token_for
from tests.organization.factories import PASSWORD
from tests.portal.phone_world import node

SCRIPT = Path(__file__).parent / "phone_process.mjs"
OPERATIONS = "/api/v1/operations/"


class NodePhone:
    """One phone; its clock can be set."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def do(self, command: str, **facts: Any) -> dict[str, Any]:
        """Have something done and wait for the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"command": command, **facts}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the phone is gone"
        answer: dict[str, Any] = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer

    def sign_in(self, person: Person) -> None:
        """As a person does, by the page's form."""
        answer = self.do("signIn", identifier=person.username, password=PASSWORD)
        assert answer["ok"], answer

    def scan(self, *points: Checkpoint, round_id: int | None = None) -> list[str]:
        """Scan labels; returns the ids of what was saved."""
        saved = self.do("put", bodies=[scan_body(point, round_id) for point in points])["saved"]
        return [one["id"] for one in saved]

    def send(self) -> int:
        """One attempt to send; how many records and photos wait afterwards."""
        left = self.do("poke")
        return int(left["records"]) + int(left["photos"])

    def drain(self, attempts: int = 5) -> None:
        """Send until nothing waits. Fails with "stuck"."""
        for _attempt in range(attempts):
            if self.send() == 0:
                return
        raise AssertionError(f"stuck: {self.do('waiting')}")

    @property
    def receipts(self) -> dict[str, dict[str, Any]]:
        """The answers of the server, by id."""
        return {one["id"]: one for one in self.do("receipts")["receipts"]}


@contextmanager
def node_phone(url: str) -> Iterator[NodePhone]:
    """A new phone that knows the product at `url`."""
    process = subprocess.Popen(
        [node(), str(SCRIPT), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield NodePhone(process)
        finally:
            process.kill()


def scan_body(point: Checkpoint, round_id: int | None = None) -> dict[str, Any]:
    """What the page saves for a label read by the camera."""
    nothing = dict.fromkeys(["typed", "typed_reason", "lat", "lng", "accuracy_m"])
    token = token_for(point.labels.get(voided_at=None))
    return {"code": token, "checkpoint_id": point.pk, "method": "qr", "round_id": round_id, **nothing}


def scan_operation(person: Person, point: Checkpoint, **changes: Any) -> dict[str, Any]:
    """A scan on the wire, made a moment ago."""
    made_at = now()
    return {
        "id": str(uuid7(made_at)),
        "kind": "patrols.scan",
        "schema": 1,
        "seq": 1,
        "person_id": person.pk,
        "made_at": made_at.isoformat(),
        "offset_ms": 0,
        "offset_age_ms": 1000,
        "mono_ms": 5000.0,
        "page": str(uuid7()),
        "body": scan_body(point),
        "photos": [],
    } | changes


def deliver(port: int, headers: dict[str, str], operations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Post operations; the receipts."""
    body = {"device": str(uuid7()), "sent_at": now().isoformat(), "operations": list(operations)}
    link = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        link.request("POST", OPERATIONS, json.dumps(body), headers)
        answer = link.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        receipts: list[dict[str, Any]] = json.loads(content)["receipts"]
        return receipts
    finally:
        link.close()
