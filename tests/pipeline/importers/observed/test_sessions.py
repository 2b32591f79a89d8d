"""Events on their way into sessions: out of order, from a clock that was set, after hours of silence."""

import re

import pytest

from pipeline.importers.importer import LogOptions
from pipeline.importers.observed.building import FIELDS
from pipeline.importers.observed.sessions import SWEEP, Clock, Sessions, plain_name, turns_of
from pipeline.importers.observed.timeline import Commit, Final, Request, Sound, Timeline
from pipeline.importers.report import Findings
from stages.i18n import translate

MINUTE, HOUR = 60_000.0, 3_600_000.0


@pytest.fixture
def findings() -> Findings:
    return Findings("x", ("log",), FIELDS)


def names(sessions: Sessions) -> list[str]:
    return [timeline.name for timeline in sessions.rest()]


def test_a_clock_counts_from_the_first_time_of_all_files() -> None:
    clock = Clock()
    assert [clock.ms(at) for at in (1_795_000_000_000.25, 1_795_000_000_001.5)] == [0, 1.25]


def test_an_event_a_little_behind_is_as_logs_are_and_one_far_behind_is_counted(findings: Findings) -> None:
    sessions = Sessions(findings, Clock())
    for at in (0.0, 10_000.0, 9_500.0, 5_000.0, 11_000.0):
        sessions.at("a", at)
    assert {kind: count for kind, count in findings.faults.items() if count} == {"reordered": 1}
    assert names(sessions) == ["a"]


def test_where_the_clock_goes_back_for_good_another_session_begins(findings: Findings) -> None:
    sessions = Sessions(findings, Clock())
    for at in (0.0, 10 * MINUTE, 1000.0, 2000.0, 3000.0):
        sessions.at("a", at)
    assert findings.faults["clock_step"] == 1
    assert names(sessions) == ["a", "a-2"]


def test_one_line_far_behind_is_no_clock_that_was_set(findings: Findings) -> None:
    sessions = Sessions(findings, Clock())
    for at in (0.0, 10 * MINUTE, 1000.0, 11 * MINUTE):
        sessions.at("a", at)
    assert findings.faults["clock_step"] == 0
    assert names(sessions) == ["a"]


def test_after_hours_without_an_event_another_session_begins(findings: Findings) -> None:
    sessions = Sessions(findings, Clock())
    assert sessions.at("a", 0.0) is not sessions.at("a", 2 * HOUR)
    assert [timeline.name for timeline in sessions.whole()] == ["a"]
    assert names(sessions) == ["a-2"]


def test_of_a_long_log_with_many_sessions_only_those_that_go_on_are_held(findings: Findings) -> None:
    sessions = Sessions(findings, Clock())
    most = 0
    for call in range(3 * SWEEP):
        sessions.at(f"call-{call}", call * MINUTE)
        list(sessions.whole())
        most = max(most, len(sessions.held))
    assert most <= SWEEP + HOUR / MINUTE + 1


def test_names_that_could_harm_a_terminal_are_replaced() -> None:
    assert [plain_name(name) for name in ("call 1", "\x1b[31m", "")] == ["call 1", "session", "session"]


def session(late: float) -> Timeline:
    """A user who speaks again so long after the reply's first sound."""
    again = 2000 + late
    return Timeline(
        "s",
        speech=[Sound(0, 1000), Sound(again, again + 1000)],
        agent=[Sound(2000, again + 200), Sound(again + 2000, again + 4000)],
        commits=[Commit(1500), Commit(again + 1500)],
        finals=[Final(1200, 3), Final(again + 1200, 3)],
        requests=[Request(1500), Request(again + 1500)],
    )


def test_the_report_says_how_many_turns_stand_or_fall_with_the_grace(findings: Findings) -> None:
    turns = list(turns_of([session(400), session(700), session(3000)], LogOptions(), findings))
    assert len(turns) == 1 + 2 + 2
    counts = findings.report().counts
    assert [counts[f"turns with a grace of {ms} ms"] for ms in (250, 1000)] == [6, 4]
    assert counts["turns with the grace of 500 ms"] == 5
    assert counts["turns that went on within the grace of a reply's first sound"] == 1


def test_what_was_counted_is_said_in_chinese_too(findings: Findings) -> None:
    list(turns_of([session(400), session(3000)], LogOptions(), findings))
    counts = findings.report().counts
    assert len(counts) > 3
    said = [translate(what, "zh") for what in counts]
    assert all(re.search("[\u4e00-\u9fff]", one) for one in said), said
    assert len(set(said)) == len(said)


def test_the_network_that_is_named_is_added_to_what_was_measured_at_the_server(findings: Findings) -> None:
    options = LogOptions(network_ms=120)
    first, _ = turns_of([session(3000)], options, findings)
    assert (first.network.up_ms, first.network.down_ms, first.response_ms) == (60, 60, 1120)


def test_speech_that_nothing_answered_is_left_out_unless_the_llm_was_asked(findings: Findings) -> None:
    quiet = Timeline("a", speech=[Sound(0, 1000), Sound(9000, 9500)], agent=[Sound(2000, 3000)], commits=[Commit(1500)])
    assert len(list(turns_of([quiet], LogOptions(), findings))) == 1
    assert findings.counts["utterances that were never answered, left out"] == 1
    asked = Timeline("b", speech=[Sound(0, 1000)], commits=[Commit(1500)], requests=[Request(1500)])
    (turn,) = turns_of([asked], LogOptions(), findings)
    assert turn.response_ms is None
