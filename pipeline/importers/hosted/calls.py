"""The call records in files: one object, a list of them, a page of an API's list, or the body of a webhook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.importers.files import File
from pipeline.importers.json_values import Object, first_objects, objects
from pipeline.importers.observed.sessions import plain_name
from pipeline.importers.report import Findings, VendorSettings
from stages.errors import RecordingError

WRAPPED = ("message", "data", "call", "calls", "conversation", "body", "payload", "results", "items")
"""The keys under which a page of a list or a webhook holds calls."""

DEEPEST = 3


@dataclass(frozen=True)
class Call:
    """A record; `name`: the platform's id of the call; `place`: file and line."""

    name: str
    record: Object
    place: str


def calls(
    files: Sequence[File], findings: Findings, is_call: Callable[[Object], bool], key: Callable[[Object], str | None]
) -> Iterator[Call]:
    """The calls in these files; one whose id was there before is counted as a duplicate and left out.

    Raises RecordingError for a file that is no JSON or holds no such call.
    """
    taken: set[str] = set()
    for file in files:
        none = True
        for line, held in objects(file, findings):
            for record in _within(held, is_call):
                none = False
                place = f"{file.path}:{line}"
                name = plain_name(key(record) or f"call-{len(taken) + 1}", f"call-{len(taken) + 1}")
                if name in taken:
                    findings.fault("duplicate", place)
                    continue
                taken.add(name)
                yield Call(name, record, place)
        if none:
            raise RecordingError(
                f"holds no call of {findings.format}; give the call as its API gives it", file=file.path
            )


def has_call(file: File, is_call: Callable[[Object], bool]) -> bool:
    """Whether the start of a file shows such a call."""
    return any(True for held in first_objects(file) for _ in _within(held, is_call))


def _within(held: Object, is_call: Callable[[Object], bool], depth: int = 0) -> Iterator[Object]:
    """The object if it is a call, else those under the keys of a page or a webhook."""
    if is_call(held):
        yield held
        return
    for key in WRAPPED if depth < DEEPEST else ():
        inner = held.get(key)
        for one in inner if isinstance(inner, list) else (inner,):
            if isinstance(one, dict):
                yield from _within(one, is_call, depth + 1)


def in_force(findings: Findings, vendor: VendorSettings | None, place: str) -> None:
    """Keep the settings of a call; RecordingError where a call before it had others."""
    if vendor is None:
        return
    if findings.vendor is not None and findings.vendor.document != vendor.document:
        raise RecordingError("has other settings than the call before it; import them apart", file=place)
    findings.vendor = vendor
