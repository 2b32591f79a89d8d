"""Values of every importer's JSON, replaced by others of any type and size: turns and a report, or a RecordingError."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline.importers.sources import SOURCES
from tests.pipeline.importers.test_every_importer import is_read

odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, "", "x", "\x00\ud83d", -1, 0, 0.5, 1e308, -1e308, 10**400, 1e15, [], {}, [[]], [{}], [None], {"a": 1}]
)
DEEP: Any = json.loads('{"a":' * 300 + "1" + "}" * 300)


def values(content: bytes) -> list[Any]:
    """The JSON values of a file, one a line or one for all; none where it is other text."""
    try:
        return [json.loads(content)]
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in content.splitlines() if line]
    except ValueError:
        return []


JSON_FILES = sorted((name, file) for name, files in SOURCES.items() for file, held in files.items() if values(held))


def replaced(held: Any, data: st.DataObject) -> Any:
    """The value with one of its inner values replaced."""
    if isinstance(held, dict) and held and data.draw(st.integers(0, 5)):
        key = data.draw(st.sampled_from(sorted(held)))
        return held | {key: replaced(held[key], data)}
    if isinstance(held, list) and held and data.draw(st.integers(0, 5)):
        place = data.draw(st.integers(0, len(held) - 1))
        return [*held[:place], replaced(held[place], data), *held[place + 1 :]]
    return data.draw(odd | st.just(DEEP) | st.floats() | st.integers())


def written(held: list[Any]) -> bytes:
    return "\n".join(json.dumps(one) for one in held).encode()


@pytest.mark.parametrize(("name", "file"), JSON_FILES)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30, deadline=None)
@given(st.data())
def test_values_of_any_type_and_size_are_read_or_refused(name: str, file: str, data: st.DataObject) -> None:
    held = values(SOURCES[name][file])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(held) - 1))
        held[place] = replaced(held[place], data)
    assert is_read(name, SOURCES[name] | {file: written(held)}) in (True, False)
