"""A journal is read back whole, or refused with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.errors import InputError
from tuner.search.assessment import Assessment
from tuner.search.journal import Journal, torn
from tuner.support.redaction import Redactor

POINTS = np.array([[1, 2], [3, 4]], dtype=np.int64)


def assessed(limits: int = 3) -> Assessment:
    one = np.array([1.0, 2.0])
    return Assessment(one, np.ones((2, limits)), one, one, one, one)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "journal.jsonl"
    journal = Journal.open(found, "run", resume=False)
    journal.note("search", POINTS, assessed())
    journal.note("search", POINTS + 4, assessed())
    return found


def changed(path: Path, line: int, **values: Any) -> None:
    lines = path.read_text().splitlines()
    held = json.loads(lines[line])
    held.pop("sum")
    lines[line] = json.dumps(held | values)
    path.write_text("\n".join(lines) + "\n")


def test_a_journal_is_read_back(path: Path) -> None:
    journal = Journal.open(path, "run", resume=True)
    found = journal.recall("search", POINTS[1])
    assert found is not None
    assert found.score.tolist() == [2.0]
    assert journal.recall("other", POINTS[1]) is None


@pytest.mark.parametrize("size", [1, 20, 60])
def test_an_incomplete_last_line_is_cut_off_and_nothing_else(path: Path, size: int) -> None:
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:size])
    assert torn(path) == 3
    journal = Journal.open(path, "run", resume=True)
    assert path.read_bytes() == b"".join(lines[:2])
    assert journal.recall("search", POINTS[0]) is not None
    assert torn(path) is None


def test_a_changed_figure_is_found_by_its_checksum(path: Path) -> None:
    path.write_text(path.read_text().replace('"score": [1.0', '"score": [0.5'))
    with pytest.raises(InputError, match=r":2: was changed"):
        Journal.open(path, "run", resume=True)


@pytest.mark.parametrize(
    "values",
    [
        {"points": 1},
        {"points": [[1], [2, 3]]},
        {"points": [["x", "y"]]},
        {"points": [[10**30, 1], [1, 1]]},
        {"label": ["a"]},
        {"label": None},
        {"score": [1.0]},
        {"score": "x"},
        {"score": {"a": 1}},
        {"uppers": [1.0, 2.0]},
        {"uppers": [[1.0], [1.0]]},
        {"goal_ms": [[1.0], [2.0]]},
        {"stop_ms": [[], []]},
    ],
)
def test_a_damaged_line_is_refused_and_named(path: Path, values: dict[str, Any]) -> None:
    changed(path, 2, **values)
    with pytest.raises(InputError, match=r"journal.jsonl:3: "):
        Journal.open(path, "run", resume=True)


def test_a_journal_with_bounds_of_other_figures_is_refused(path: Path) -> None:
    journal = Journal.open(path, "run", resume=True)
    with pytest.raises(InputError, match="bounds of 3 figures, this search of 5"):
        journal.note("search", POINTS, assessed(5))


@settings(suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 2000), put=st.binary(max_size=8), gone=st.integers(0, 40))
def test_any_damage_is_read_or_refused(path: Path, at: int, put: bytes, gone: int) -> None:
    whole = path.read_bytes()
    damaged = path.with_name("damaged.jsonl")
    damaged.write_bytes(whole[: at % len(whole)] + put + whole[at % len(whole) + gone :])
    said = refused(damaged)
    assert said == "" or str(damaged) in said


def refused(path: Path) -> str:
    """Why the journal is refused, empty where it is read."""
    try:
        Journal.open(path, "run", resume=True)
    except InputError as error:
        return str(error)
    return ""


def test_no_checksum_is_taken_for_a_number_of_a_person(tmp_path: Path) -> None:
    found = tmp_path / "journal.jsonl"
    journal = Journal.open(found, "run", resume=False)
    for place in range(200):
        journal.note("search", POINTS + place, assessed(1))
    sums = [json.loads(line)["sum"] for line in found.read_text().splitlines()[1:]]
    assert [one for one in sums if one[0].isdigit()] == []
    digits = "\n".join(json.dumps({"sum": f"{sums[0][0]}{place * 7919:016d}"}) for place in range(200_000, 201_000))
    assert Redactor(False).text(digits, "tuning/journal.jsonl") == digits
