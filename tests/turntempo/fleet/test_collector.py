from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.i18n import Said
from tests.turntempo.fleet.fleet_messages import received, turn
from turntempo import clock
from turntempo.fleet import collector as collecting
from turntempo.fleet.broker import Broker
from turntempo.fleet.collector import Collector, delays
from turntempo.fleet.keeping import DAY_MS, Keeping
from turntempo.fleet.store import Store

NOW = 1_800_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(Store(tmp_path / "fleet.db")) as made:
        made.take([received("turns", turn(f"t{i}"), at_ms=NOW - DAY_MS * i) for i in range(10)])
        yield made


@pytest.mark.parametrize("step_days", [-400, 400])
def test_after_the_clock_was_set_nothing_is_removed_by_age(store: Store, monkeypatch, step_days: int) -> None:
    said: list[Said] = []
    wall, steady = [NOW], [0.0]
    monkeypatch.setattr(clock, "unix_ms", lambda: wall[0])
    monkeypatch.setattr(clock, "monotonic_ms", lambda: steady[0])
    keeping = Keeping(age_ms=5 * DAY_MS)
    collector = Collector(store, Broker("h", 1), said.append, said.append, "c", keeping=keeping)
    wall[0], steady[0] = NOW + 1000, 1000.0
    collector._now()
    assert said == []
    wall[0] += step_days * DAY_MS
    collector._now()
    assert [one.key for one in said] == ["fleet.clock_step"]
    assert keeping.roll_off(store, wall[0]) == 0
    assert len(store) == 10


def test_what_will_be_removed_is_said_before_it_is(store: Store) -> None:
    keeping = Keeping(age_ms=5 * DAY_MS)
    said = keeping.announced(store, NOW + 1)
    assert said is not None
    assert "of 10 turns in the store, those older than 5 d are removed (now 5)" in said
    assert (len(store), keeping.roll_off(store, NOW + 1), len(store)) == (10, 5, 5)
    assert Keeping().announced(store, NOW) is None


async def test_attempts_come_after_growing_delays_until_one_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(collecting.asyncio, "sleep", sleep)  # type: ignore[attr-defined]
    monkeypatch.setattr(collecting.random, "random", lambda: 0.0)  # type: ignore[attr-defined]
    attempts = delays(1.0, 8.0)
    for number in range(8):
        attempt = await anext(attempts)
        if number == 5:
            attempt.succeeded()
    assert waited == [1, 2, 4, 8, 8, 1, 2]
