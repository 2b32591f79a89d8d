"""JSON sources with values of a wrong type or size, and text in other encodings: read or refused, never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.importers import IMPORTERS, File
from pipeline.importers.final_check import checked
from pipeline.importers.importer import parsed
from stages.errors import InputError, RecordingError
from tests.pipeline.importers.sources import SOURCES

DEEP: Any = 0
for _ in range(200):
    DEEP = [DEEP]

WRONG: tuple[Any, ...] = (
    None,
    True,
    "",
    "x",
    "9" * 400,
    -1,
    0,
    1e308,
    10**40,
    -(10**40),
    [],
    {},
    [None],
    {"a": []},
    DEEP,
)
"""What stands in the place of a value."""

JSON_SOURCES = sorted(
    (name, file)
    for name, files in SOURCES.items()
    for file, content in files.items()
    if content.lstrip()[:1] in (b"{", b"[")
)


def places(held: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all values in a value."""
    inner = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    return [before, *(place for key, value in inner for place in places(value, (*before, key)))]


def changed(held: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The value with another one at a path."""
    if not place:
        return value
    copy = dict(held) if isinstance(held, dict) else list(held)
    copy[place[0]] = changed(held[place[0]], place[1:], value)
    return copy


def is_read(name: str, files: dict[str, bytes]) -> bool:
    importer = IMPORTERS[name]
    held = [File(f"call/{file}", content) for file, content in files.items()]
    assert all(isinstance(importer.recognise(file), str | None) for file in held)
    try:
        checked(importer.read(held, parsed(importer, {})))
    except (RecordingError, InputError):
        return False
    return True


@pytest.mark.parametrize(("name", "file"), JSON_SOURCES)
@settings(max_examples=120, deadline=None)
@given(st.data())
def test_values_of_a_wrong_type_or_size_are_read_or_refused(name: str, file: str, data: st.DataObject) -> None:
    lines = SOURCES[name][file].splitlines() if file.endswith(("jsonl", "log")) else [SOURCES[name][file]]
    number = data.draw(st.integers(0, len(lines) - 1))
    held = json.loads(lines[number])
    for _ in range(data.draw(st.integers(1, 3))):
        held = changed(held, data.draw(st.sampled_from(places(held))), data.draw(st.sampled_from(WRONG)))
    lines[number] = json.dumps(held).encode()
    assert is_read(name, SOURCES[name] | {file: b"\n".join(lines)}) in (True, False)


@pytest.mark.parametrize("name", sorted(SOURCES))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030", "latin-1"])
def test_other_encodings_are_read_or_refused(name: str, encoding: str) -> None:
    files = {
        file: content.decode("utf-8", "replace").encode(encoding, "replace") for file, content in SOURCES[name].items()
    }
    assert is_read(name, files) in (True, False)
