from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.importers.any_recording import read_any
from pipeline.recordings import read
from stages.errors import InputError, OutputError, RecordingError
from tests.turntempo.fleet.fleet_messages import batch, received, settings, turn
from turntempo.fleet import store as storing
from turntempo.fleet.store import Store, StoreFailed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "fleet.db")
    yield made
    made.close()


def ids(name: str) -> list[bytes]:
    return sorted(read(name).columns.ids.tolist())


def test_a_turn_is_stored_once_by_agent_session_and_name(store: Store) -> None:
    first = store.take([received("turns", turn()), received("turns", turn()), received("turns", turn(), "toy-2")])
    again = store.take([received("turns", batch(turn(), turn(session="s2")))])
    assert (first.stored, first.duplicates) == (2, 1)
    assert (again.stored, again.duplicates) == (1, 1)
    assert ids(str(store.file)) == [b"toy-1/s1/t1", b"toy-1/s2/t1", b"toy-2/s1/t1"]


def test_the_settings_in_force_are_those_reported_before_a_turn(store: Store) -> None:
    store.take([received("settings", settings(900)), received("turns", turn())])
    found = read_any(str(store.file)).recording
    assert found.settings is not None
    assert found.settings.endpointing.silence_ms == 900
    assert len(found.columns) == 1


def test_a_turn_may_name_earlier_settings(store: Store) -> None:
    store.take([received("settings", settings(900, settings_id="1")), received("settings", settings(700))])
    store.take([received("turns", batch(turn(), settings_id="1"))])
    assert read(str(store.file)).settings.endpointing.silence_ms == 900  # type: ignore[union-attr]


def test_turns_under_several_settings_are_not_read_as_one_recording(store: Store) -> None:
    store.take([received("settings", settings(900)), received("turns", turn("a"))])
    store.take([received("settings", settings(700)), received("turns", turn("b"))])
    with pytest.raises(RecordingError, match="under 2 different settings") as raised:
        read(str(store.file))
    digests = re.findall(r"--under (\w{12})", str(raised.value))
    assert sorted(ids(f"{store.file}?under={one}") for one in digests) == [[b"toy-1/s1/a"], [b"toy-1/s1/b"]]


def test_a_selection_by_agent_and_time_is_part_of_the_name(store: Store) -> None:
    store.take([received("turns", turn(), f"toy-{i}", at_ms=1_800_000_000_000 + 1000 * i) for i in range(4)])
    assert ids(f"{store.file}?agent=*-3") == [b"toy-3/s1/t1"]
    assert ids(f"{store.file}?since=2027-01-15T08:00:01Z&until=2027-01-15T08:00:03Z") == [
        b"toy-1/s1/t1",
        b"toy-2/s1/t1",
    ]


@pytest.mark.parametrize("asked", ["agent=nobody", "agent=toy-[1]", "under=ff"])
def test_a_selection_without_turns_says_so(store: Store, asked: str) -> None:
    store.take([received("turns", turn())])
    with pytest.raises(RecordingError, match="no such turns"):
        read(f"{store.file}?{asked}")


@pytest.mark.parametrize("asked", ["since=yesterday", "agent=a&agent=b", "agent=", "agent=a&colour=red"])
def test_a_selection_that_cannot_be_read_is_an_error(store: Store, asked: str) -> None:
    with pytest.raises(InputError):
        read(f"{store.file}?{asked}")


def test_a_message_of_a_later_version_is_taken_once_it_is_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("turntempo.fleet.intake.messages.TURNS", "turntempo.fleet.turns/0")
    assert store.take([received("turns", batch(turn()))]).aside == {("toy-1", "unknown_version"): 1}
    assert store.retake().stored == 0
    monkeypatch.undo()
    assert (store.retake().stored, len(store)) == (1, 1)
    assert store.retake().stored == 0


def test_bad_messages_are_counted_by_agent_and_only_so_many_are_kept(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(storing, "MOST_ASIDE", 3)
    store.take([received("turns", b"nonsense") for _ in range(10)])
    store.take([received("turns", b"nonsense", "toy-2")])
    assert store.asides() == {("toy-1", "json"): 10, ("toy-2", "json"): 1}
    with sqlite3.connect(store.file) as held:
        assert held.execute("SELECT COUNT(*) FROM aside WHERE agent = 'toy-1'").fetchone() == (3,)
    held.close()


def test_names_of_too_many_agents_are_not_taken_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MOST_AGENTS", 2)
    taken = store.take([received("turns", turn(), f"toy-{i}") for i in range(5)])
    bad = store.take([received("turns", b"nonsense", f"rogue-{i}") for i in range(5)])
    assert (taken.stored, taken.aside) == (2, {("", "agents"): 3})
    assert bad.aside == {("", "json"): 5}


def test_old_turns_roll_off_by_age_and_the_oldest_by_size(store: Store) -> None:
    store.take([received("turns", turn(f"t{i}"), at_ms=1000 * i) for i in range(10)])
    assert store.older_than(4000) == 4
    assert store.roll_off(4000, None) == 4
    assert store.roll_off(None, 10 << 20) == 0
    assert store.roll_off(None, 1) == 6
    assert len(store) == 0


def test_a_transaction_that_fails_stores_nothing_and_says_so(store: Store) -> None:
    store._db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON turns WHEN NEW.turn = 'b' BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    with pytest.raises(StoreFailed, match="cannot be written"):
        store.take([received("turns", turn("a")), received("turns", turn("b"))])
    store._db.execute("DROP TRIGGER full")
    assert len(store) == 0
    assert store.take([received("turns", turn("a"), "toy-9")]).stored == 1


def test_a_store_has_one_writer(store: Store) -> None:
    with pytest.raises(InputError, match="another `turntempo listen`"):
        Store(store.file)


def test_another_file_is_not_taken_for_a_store(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as held:
        held.execute("CREATE TABLE x (y)")
    held.close()
    with pytest.raises(InputError, match="not a store"):
        Store(other)
    with pytest.raises(RecordingError, match="not a store"):
        read(other)
    (tmp_path / "text.db").write_text("no database, but a text of some length")
    with pytest.raises(OutputError):
        Store(tmp_path / "text.db")
    with pytest.raises(OutputError, match="does not exist"):
        Store(tmp_path / "none" / "x.db")


def test_a_store_keeps_its_name(store: Store) -> None:
    name = store.name
    store.close()
    again = Store(store.file)
    assert again.name == name
    again.close()
