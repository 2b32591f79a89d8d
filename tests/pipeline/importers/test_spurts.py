"""Talk spurts and tables of turns: who has the floor, what is said over whom, and broken tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import Imported, import_recording
from pipeline.importers.spurts.floor import Spurt, conversation, flagged
from stages.errors import InputError, RecordingError, UnknownName
from tests.pipeline.importers.sources import SPURTS, TURNS

Table = Callable[..., Imported]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Imports a table given as bytes."""

    def read(content: bytes, format: str = "spurts", **options: Any) -> Imported:
        (tmp_path / "table.csv").write_bytes(content)
        return import_recording(format, [tmp_path / "table.csv"], options)

    return read


def floor(*spurts: tuple[str, float, float]) -> list[tuple[str, float, float]]:
    found = conversation(Spurt(speaker, start, end) for speaker, start, end in spurts)
    return [(turn.speaker, turn.start, turn.end) for turn in found.turns]


def test_a_turn_goes_on_while_no_other_speaker_takes_the_floor() -> None:
    assert floor(("A", 0, 1000), ("A", 3000, 4000), ("B", 5000, 6000), ("A", 6500, 7000)) == [
        ("A", 0, 4000), ("B", 5000, 6000), ("A", 6500, 7000),
    ]  # fmt: skip


def test_a_spurt_inside_anothers_takes_no_floor() -> None:
    assert floor(("A", 0, 1000), ("B", 300, 600), ("A", 1500, 2000)) == [("A", 0, 2000)]
    assert floor(("A", 0, 1000), ("B", 300, 1000), ("A", 1500, 2000)) == [
        ("A", 0, 1000), ("B", 300, 1000), ("A", 1500, 2000),
    ]  # fmt: skip


def test_a_backchannel_takes_no_floor_wherever_it_is() -> None:
    found = conversation([Spurt("A", 0, 1000), Spurt("B", 1100, 1400, 1, True), Spurt("A", 1500, 2000)])
    assert [(turn.speaker, turn.end) for turn in found.turns] == [("A", 2000)]
    assert [spurt.start for spurt in found.outside["B"]] == [1100]


def test_spurts_of_one_speaker_that_overlap_are_one() -> None:
    found = conversation([Spurt("A", 0, 1000, 2), Spurt("A", 500, 1500, 3), Spurt("A", 1500.5, 2000, 1)])
    assert [(spurt.start, spurt.end, spurt.words) for spurt in found.turns[0].spurts] == [(0, 2000, 6)]
    assert found.merged == 2


def test_without_flags_a_short_spurt_on_its_own_is_a_backchannel() -> None:
    spurts = [Spurt("A", 0, 900), Spurt("A", 2900, 3800), Spurt("A", 5000, 6000), Spurt("A", 8000, 9100)]
    assert [spurt.backchannel for spurt in flagged(spurts)] == [True, False, True, False]


def test_a_table_of_spurts_gives_its_turns(table: Table) -> None:
    turns = {turn.id: turn for turn in table(SPURTS).turns}
    assert {name: (turn.session, turn.index, turn.speech.end_ms) for name, turn in turns.items()} == {
        "1-0000": ("1-A", 0, 2000), "1-0001": ("1-B", 0, 4500), "1-0002": ("1-A", 1, 3500),
        "1-0003": ("1-B", 1, 500), "2-0000": ("2-A", 0, 2000),
    }  # fmt: skip


def test_pauses_are_the_silences_between_spurts_that_last(table: Table) -> None:
    first, _, third, *_ = table(SPURTS).turns
    assert [(pause.at_ms, pause.ms) for pause in first.speech.pauses or ()] == [(1000, 400)]
    assert third.speech.pauses == ()  # 100 ms are speech
    shorter = table(SPURTS, min_pause_ms="100").turns[2]
    assert [(pause.at_ms, pause.ms) for pause in shorter.speech.pauses or ()] == [(2500, 100)]


def test_overlaps_are_what_the_speaker_says_over_the_next_turn(table: Table) -> None:
    first, second, third, fourth, alone = table(SPURTS).turns
    assert [(o.at_ms, o.ms, o.kind, o.words) for o in first.overlaps or ()] == [
        (500, 300, "backchannel", 1), (1500, 600, "backchannel", 2), (4000, 2500, "interrupt", 7),
    ]  # fmt: skip
    assert (second.overlaps, third.overlaps) == ((), ())
    assert (fourth.overlaps, alone.overlaps) == (None, None)  # nobody answers


def test_only_the_turns_of_the_chosen_speakers_are_taken(table: Table) -> None:
    assert {turn.session for turn in table(SPURTS, only="B").turns} == {"1-B"}
    with pytest.raises(UnknownName, match=r"unknown speaker 'C'\. Valid: A, B"):
        table(SPURTS, only="B, C")


def test_the_replies_of_an_agent_are_measured(table: Table) -> None:
    imported = table(SPURTS, agent="B")
    assert [turn.response_ms for turn in imported.turns] == [500, 200, None]
    assert {turn.session for turn in imported.turns} == {"1-A", "2-A"}
    assert [turn.response_ms for turn in table(TURNS, "turns", agent="B").turns] == [500, None]


def test_columns_units_and_delimiters_are_named_by_options(table: Table) -> None:
    text = b"file;who;from;to\nx;me;1000;2500\nx;you;2600;4000\n"
    options = {"conversation": "file", "speaker": "who", "start": "from", "end": "to", "unit": "ms", "delimiter": ";"}
    imported = table(text, **options)
    assert [turn.speech.end_ms for turn in imported.turns] == [1500, 1400]
    assert {note.field for note in imported.report.of("doubtful")} == {"overlaps.words", "overlaps.kind"}


def test_a_table_of_turns_spreads_its_pauses_and_says_so(table: Table) -> None:
    imported = table(TURNS, "turns")
    first, second, third = imported.turns
    assert [(pause.at_ms, pause.ms) for pause in first.speech.pauses or ()] == [(800, 400)]
    assert second.speech.pauses == ()
    assert [(pause.at_ms, pause.ms) for pause in third.speech.pauses or ()] == [(1766.667, 900)]
    assert (first.overlaps, imported.report.notes[0].field) == (None, "speech.pauses.at_ms")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"A,1.400,2.000", b"A,x,2.000", ":3: start: must be a number, got 'x'"),
        (b"A,1.400,2.000", b"A,nan,2.000", ":3: start: must be a number, got 'nan'"),
        (b"A,1.400,2.000", b"A,2.400,2.000", ":3: end: must not come before start=2.400, got 2.000"),
        (b"A,1.400,2.000", b"A,1e99,1e99", ":3: start: cannot be a time, got 1e99"),
        (b"A,1.400,2.000,2,0", b"A,1.400,2.000,2.5,0", ":3: n_words: must be a whole number"),
        (b"A,1.400,2.000,2,0", b"A,1.400,2.000,2,?", ":3: is_backchannel: must be 1 or 0, got '?'"),
        (b"A,1.400,2.000,2,0", b"A,1.400,2.000,2", ":3: must have 6 columns as the header, got 5"),
        (b"1,A,1.400", b",A,1.400", ":3: conv: must not be empty"),
        (b"1,A,1.400", b'1,"A,1.400', "is not CSV"),
        (b"conv,ch", b"conv,chan", ":1: unknown column 'ch'. Did you mean chan? Valid: conv, chan, start"),
        (b"conv,ch", b"conv,chan", "name another with the option speaker"),
        (b"n_words", b"start", ":1: the column 'start' is there twice"),
        (b"1,A,1.400", b"\xff,A,1.400", ":3: is not UTF-8 text"),
        (SPURTS, b"", "is empty; the first line of a table names its columns"),
        (SPURTS, SPURTS.split(b"\n")[0], "holds no speech"),
        (b",", b"\t", "is ',' the delimiter?"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_broken_table_is_reported_at_its_line_and_column(table: Table, old: bytes, new: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        table(SPURTS.replace(old, new))
    assert "table.csv" in str(caught.value)
    assert said in str(caught.value)


def test_times_in_another_unit_are_refused(table: Table) -> None:
    with pytest.raises(RecordingError, match=r"median stretch of speech lasts 0.9 ms with unit=ms; is the unit s\?"):
        table(SPURTS, unit="ms")


def test_exchanged_columns_are_refused(table: Table) -> None:
    rows = b"".join(b"A,%d,%d,%d,1,0\n" % (k, 10 * k, 10 * k + 5) for k in range(30))
    with pytest.raises(RecordingError, match=r"conversation 'A' has 30 speakers; are the columns .* exchanged\?"):
        table(SPURTS.split(b"\n")[0] + b"\n" + rows)
    with pytest.raises(RecordingError, match="must not come before"):
        table(SPURTS, start="end", end="start")


@pytest.mark.parametrize(
    "line",
    [
        b"agent,0.000,1.200,my name is Lily Chen",
        b"2026-11-22 09:14:03 INFO caller 415-555-0134 said: reset my PIN",
        b"INFO,ok,done,hello",
    ],
)
def test_a_log_without_a_header_is_not_shown_as_its_columns(table: Table, line: bytes) -> None:
    with pytest.raises(RecordingError, match="the first line, which names a table's columns, has") as caught:
        table(line + b"\n" + SPURTS)
    shown = str(caught.value)
    assert "Valid" not in shown
    assert not any(word in shown for word in ("Lily", "555", "PIN", "INFO", "hello", "agent"))


def test_a_column_named_twice_is_shown_only_where_it_was_asked_for(table: Table) -> None:
    with pytest.raises(RecordingError, match="the name of a column is there twice"):
        table(b"Lily,said,said\n" + SPURTS)


def test_a_wrong_column_of_speakers_does_not_show_what_was_said(table: Table) -> None:
    said = SPURTS.replace(b"1,A,", b"1,call me on 415 555 0134,")
    assert said != SPURTS
    with pytest.raises(InputError, match=r"no spurt is of the speaker 'C'; the column ch names \d+ others") as caught:
        table(said, only="C")
    assert "555" not in str(caught.value)


def test_a_column_that_an_option_names_must_exist(table: Table) -> None:
    with pytest.raises(RecordingError, match="unknown column 'tokens'"):
        table(SPURTS, words="tokens")


def test_turns_too_short_for_a_recording_are_left_out_and_noted(table: Table) -> None:
    imported = table(SPURTS + b"3,A,0.000,0.050,1,0\n3,B,1.000,2.000,1,0\n")
    (note,) = imported.report.of("lost")
    assert (note.turn, note.field) == ("3-0000", "speech.end_ms")


def test_conversations_with_one_name_in_two_files_stay_apart(tmp_path: Path) -> None:
    for name in ("mon", "tue"):
        (tmp_path / f"{name}.csv").write_bytes(SPURTS)
    imported = import_recording("spurts", [tmp_path])
    assert len({turn.id for turn in imported.turns}) == len(imported.turns) == 10
    assert {turn.session for turn in imported.turns} >= {"1-A", "1@tue-A"}
