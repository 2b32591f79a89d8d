"""Events in a client's log, whatever stands around them."""

import json
from typing import Any

import pytest

from pipeline.importers.files import File
from pipeline.importers.observed.building import FIELDS
from pipeline.importers.report import Findings
from pipeline.importers.wire.received import has_event, received

EVENT = {"type": "ping", "n": 1}


def is_event(held: dict[str, Any]) -> bool:
    return held.get("type") == "ping"


def read(content: str) -> list[tuple[dict[str, Any], float | None]]:
    file = File("log", content.encode())
    assert has_event(file, is_event)
    return [(one.event, one.at) for one in received(file, is_event)]


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"received_at": 12.5, "event": EVENT}),
        json.dumps({"ts": 12.5, "direction": "in", "data": json.dumps(EVENT)}),
        json.dumps({"time": "1970-01-01T00:00:12.500Z", "message": f"received {EVENT!r}"}),
        f"1970-01-01 00:00:12,500 - INFO - {EVENT!r}",
        f"1970-01-01 00:00:12.500 | DEBUG | client:recv:12 - {json.dumps(EVENT)} (41 bytes)",
        "1970-01-01 00:00:12.500 got PingEvent(type='ping', n=1)",
    ],
)
def test_the_time_is_what_the_client_wrote_beside_the_event(line: str) -> None:
    assert read(line) == [(EVENT, 12_500.0)]


def test_a_time_within_the_event_is_taken_where_none_is_around_it() -> None:
    assert read(json.dumps(EVENT | {"timestamp": 2.0})) == [(EVENT | {"timestamp": 2.0}, 2000.0)]


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_read_as_lines_are(indent: int | None) -> None:
    assert read(json.dumps([EVENT, {"at": 3.0, "event": EVENT}], indent=indent)) == [(EVENT, None), (EVENT, 3000.0)]


def test_an_event_that_breaks_off_is_counted_and_other_lines_are_the_logs_own() -> None:
    findings = Findings("x", ("log",), FIELDS)
    content = b'connected\n{"type": "ping", "n": 1}\n{"type": "ping", "n":\n{\'type\': \'ping\', \nbye {}\n'
    assert len(list(received(File("log", content), is_event, findings))) == 1
    assert findings.faults == {"broken_line": 2}
