"""`turntempo broker`: a broker for trying things out that keeps the collector's promises while it runs."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.processes import Fleet, Process, answers, report, wait_for


@pytest.fixture
def tried(fleet: Fleet) -> Iterator[Process]:
    """The command on a free port."""
    broker = fleet.process("tried", "broker", "--port", "0")
    broker.start()
    wait_for(lambda: "Ctrl-C" in broker.says())
    yield broker
    broker.kill()


def port_of(broker: Process) -> int:
    return int(next(line for line in broker.says().splitlines() if line.startswith("mqtt://")).rpartition(":")[2])


def test_what_is_sent_while_the_collector_is_away_is_stored_later(fleet: Fleet, tried: Process) -> None:
    url = f"mqtt://127.0.0.1:{port_of(tried)}"
    first = fleet.listening(fleet.collector(url=url))
    first.kill(signal.SIGTERM)
    load = fleet.load(3_000, port=port_of(tried))
    assert report(load)["sent"] == 3_000
    assert fleet.stored() == 0
    fleet.listening(fleet.collector(url=url))
    wait_for(lambda: fleet.stored() == 3_000)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order_and_nothing_listens_any_more(tried: Process, number: signal.Signals) -> None:
    port = port_of(tried)
    assert tried.kill(number) == 0
    assert not answers(port)


def test_where_it_is_killed_its_mosquitto_and_its_folder_go_too(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    broker = fleet.process("killed", "broker", "--port", "0")
    broker.start()
    wait_for(lambda: "Ctrl-C" in broker.says())
    port = port_of(broker)
    assert len(list(tmp_path.glob("turntempo-broker-*"))) == 1
    assert broker.kill() == -signal.SIGKILL
    wait_for(lambda: not answers(port))
    wait_for(lambda: not list(tmp_path.glob("turntempo-broker-*")))


def test_it_listens_on_the_loopback_address_and_says_what_it_is_not_for(tried: Process) -> None:
    assert f"mqtt://127.0.0.1:{port_of(tried)}" in tried.says()
    assert "not for a fleet of real devices" in tried.says()
    assert "no passwords" in tried.says()
