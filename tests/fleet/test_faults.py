"""Every published turn is stored exactly once, or its publisher knows that it is not, whatever fails in between."""

from __future__ import annotations

import os
import re
import resource
import signal
import time
from functools import partial

import pytest

from tests.fleet.processes import Fleet, report, wait_for
from tests.fleet.proxy import Proxy

MANY = 50_000
SOME = 12_000


def all_stored(fleet: Fleet, turns: int, store: str = "fleet.db") -> None:
    wait_for(lambda: fleet.stored(store) >= turns)
    assert fleet.stored(store) == turns
    different = "SELECT COUNT(DISTINCT agent || '/' || session || '/' || turn) FROM turns WHERE agent NOT GLOB 'mark-*'"
    assert fleet.asked(different, store) == turns
    assert fleet.asked("SELECT COUNT(*) FROM aside", store) == 0


def test_a_broker_that_is_killed_in_the_middle_of_50000_turns_loses_none(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    load = fleet.load(MANY)
    wait_for(lambda: fleet.stored() > MANY // 4)
    fleet.broker.kill()
    time.sleep(1)
    fleet.broker.start()
    assert report(load)["dropped"] == 0
    all_stored(fleet, MANY)


def test_a_broker_that_is_stopped_and_started_loses_none(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    load = fleet.load(SOME)
    wait_for(lambda: fleet.stored() > SOME // 4)
    fleet.broker.kill(signal.SIGTERM)
    fleet.broker.start()
    assert report(load)["dropped"] == 0
    all_stored(fleet, SOME)


def test_a_collector_that_is_killed_goes_on_where_it_was(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector())
    load = fleet.load(SOME // 2)
    wait_for(lambda: fleet.stored() > SOME // 4)
    collector.kill()
    more = fleet.load(SOME // 2, "--name", "later")  # so that some come while it is away, however fast the first went
    assert report(load)["dropped"] == report(more)["dropped"] == 0
    before = fleet.stored()
    assert before < SOME
    fleet.listening(collector)
    all_stored(fleet, SOME)


def test_a_network_that_is_cut_again_and_again_loses_none(fleet: Fleet) -> None:
    fleet.listening(fleet.collector())
    proxy = Proxy(fleet.broker.port)
    load = fleet.load(SOME, port=proxy.port)
    for quarter in (1, 2, 3):
        reached = SOME * quarter // 5
        wait_for(partial(fleet.has, reached))
        proxy.cut()
        time.sleep(0.5)
        proxy.mend()
    assert report(load)["dropped"] == 0
    all_stored(fleet, SOME)
    proxy.close()


def test_a_full_disk_stores_nothing_acknowledges_nothing_and_goes_on_when_there_is_room(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector())
    soft, hard = resource.prlimit(collector.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(collector.pid, resource.RLIMIT_FSIZE, (2 << 20, hard))
    load = fleet.load(SOME)
    wait_for(lambda: "nothing is acknowledged" in collector.says())
    assert report(load)["dropped"] == 0
    assert fleet.stored() < SOME
    resource.prlimit(collector.pid, resource.RLIMIT_FSIZE, (soft, hard))
    all_stored(fleet, SOME)


def test_a_collector_that_stalls_stays_small_while_a_flood_waits_at_the_broker(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector())
    load = fleet.load(SOME, "--batch", "1")
    wait_for(lambda: fleet.stored() > 100)
    for _ in range(4):  # a slow disk: most of the time nothing goes on
        os.kill(collector.pid, signal.SIGSTOP)
        time.sleep(0.5)
        os.kill(collector.pid, signal.SIGCONT)
        time.sleep(0.1)
    assert report(load)["dropped"] == 0
    all_stored(fleet, SOME)
    assert collector.peak_kb < 200_000


def test_turns_that_are_published_twice_are_stored_once(fleet: Fleet) -> None:
    collector = fleet.listening(fleet.collector())
    for _ in range(2):
        assert report(fleet.load(2000))["sent"] >= 2000
    fleet.caught_up()  # the second time stores nothing, so the number of turns does not tell when it is over
    all_stored(fleet, 2000)
    assert collector.kill(signal.SIGTERM) == 0
    again = re.search(r"([\d,]+) were there already", collector.says())
    assert again is not None
    assert int(again[1].replace(",", "")) >= 2000


def test_a_second_collector_for_a_store_is_refused_and_a_session_taken_over_is_said(fleet: Fleet) -> None:
    first = fleet.listening(fleet.collector("one.db", "--client-id", "same"))
    again = fleet.collector("one.db")
    again.start()
    assert again.end() == 2
    assert "another `turntempo listen` is writing it" in again.says()
    second = fleet.listening(fleet.collector("two.db", "--client-id", "same"))
    wait_for(lambda: first.ended or second.ended)  # each takes the session from the other; who gives up is not said
    loser, stores = (first, ("one.db", "two.db")) if first.ended else (second, ("two.db", "one.db"))
    assert loser.end() == 2
    assert "another collector has come with the same session" in loser.says()
    assert report(fleet.load(500))["sent"] >= 500
    all_stored(fleet, 500, stores[1])


def test_two_collectors_with_stores_of_their_own_both_have_all(fleet: Fleet) -> None:
    for store in ("one.db", "two.db"):
        fleet.listening(fleet.collector(store))
    assert report(fleet.load(1000))["dropped"] == 0
    for store in ("one.db", "two.db"):
        all_stored(fleet, 1000, store)


def test_a_publisher_is_told_where_nobody_subscribes_and_sends_again(fleet: Fleet) -> None:
    load = fleet.load(100, "--agents", "1")
    time.sleep(1.5)
    assert load._running is not None
    assert load._running.poll() is None
    fleet.listening(fleet.collector())
    assert report(load)["dropped"] == 0
    all_stored(fleet, 100)


@pytest.mark.parametrize(("batch", "turns"), [("20", 60_000), ("1", 20_000)])
def test_a_large_fleet_that_publishes_as_fast_as_it_can_loses_none(fleet: Fleet, batch: str, turns: int) -> None:
    """At QoS 1, each on disk before it is acknowledged; `benchmarks/fleet_rates.py` measures how fast."""
    collector = fleet.listening(fleet.collector())
    assert report(fleet.load(turns, "--batch", batch))["dropped"] == 0
    all_stored(fleet, turns)
    assert collector.peak_kb < 200_000
