"""The instrument: it finds a reader that lets an error out, one that hangs, and one that takes memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stages.errors import InputError
from tests.fuzz.mutation import Mutator
from tests.fuzz.reader import Given, Reader
from tests.fuzz.trials import MOST_MIB, tried

WHOLE = b'{"a": 1, "b": [2, "x"]}\n'


def reader(read: Callable[[Given], object]) -> Reader:
    return Reader("one", (), lambda _: {"a.json": WHOLE}, lambda given: given.content == WHOLE or read(given))


def test_a_reader_that_refuses_has_no_fault(tmp_path: Path) -> None:
    def refuse(given: Given) -> object:
        raise InputError("no")

    outcome = tried(reader(refuse), tmp_path, 50)
    assert (outcome.trials, outcome.faults, outcome.hangs) == (50, [], [])


def test_an_error_that_is_not_the_readers_own_is_a_fault_with_its_inputs(tmp_path: Path) -> None:
    outcome = tried(reader(lambda given: {b"": 1}[given.content]), tmp_path, 50)
    assert [error.split()[0] for error in outcome.uncaught] == ["KeyError"]
    assert outcome.trials == 50
    assert outcome.faults != []


def test_a_reader_that_does_not_end_is_stopped_and_is_a_fault(tmp_path: Path) -> None:
    def spin(given: Given) -> object:
        while True:
            pass

    outcome = tried(reader(spin), tmp_path, 1, most_cpu_s=0.05)
    assert (len(outcome.hangs), outcome.trials) == (1, 1)
    assert "took over" in outcome.faults[0]


def test_memory_at_its_most_is_measured_though_it_is_given_back(tmp_path: Path) -> None:
    outcome = tried(reader(lambda given: len(bytearray((MOST_MIB + 50) << 20))), tmp_path, 1)
    assert "grew by" in outcome.faults[0]


def test_the_same_seed_gives_the_same_damage_and_almost_none_is_the_input_itself() -> None:
    one, other = Mutator("x"), Mutator("x")
    damaged = [one.damaged(WHOLE) for _ in range(400)]
    assert damaged == [other.damaged(WHOLE) for _ in range(400)]
    assert sum(content == WHOLE for content in damaged) < 20
    assert len(set(damaged)) > 300
