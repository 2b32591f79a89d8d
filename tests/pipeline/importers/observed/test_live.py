"""The turns of a session that goes on are those that an import of the whole session makes."""

from pipeline.importers.importer import LogOptions
from pipeline.importers.observed.building import FIELDS
from pipeline.importers.observed.live import LiveSession
from pipeline.importers.observed.sessions import turns_of
from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Sound, Timeline
from pipeline.importers.report import Findings
from pipeline.turns.builder import from_turns
from pipeline.turns.rows import rows

STARTS = (0.0, 9_000.0, 21_000.0, 40_000.0)


def events(timeline: Timeline, start: float) -> None:
    """A turn with a pause and a premature reply, and its answer."""
    timeline.speech += [Sound(start, start + 900), Sound(start + 2_300, start + 3_000)]
    timeline.finals += [Final(start + 1_050, 2), Final(start + 3_200, 3)]
    timeline.commits += [Commit(start + 1_400), Commit(start + 3_600)]
    timeline.requests += [
        Request(start + 1_401, (Draw(300),), start + 1_701),
        Request(start + 3_601, (Draw(310),), start + 3_911),
    ]
    timeline.agent += [Sound(start + 2_000, start + 2_500), Sound(start + 4_200, start + 6_000)]


def whole() -> list[dict[str, object]]:
    timeline = Timeline("call")
    for start in STARTS:
        events(timeline, start)
    found = turns_of([timeline], LogOptions(), Findings("test", (), FIELDS))
    columns = from_turns(list(found))
    return list(rows(columns, columns.in_recorded_order()))


def test_turns_that_are_made_one_by_one_are_those_of_the_whole() -> None:
    live = LiveSession(Timeline("call"))
    found = []
    for start in STARTS:
        events(live.timeline, start)
        found += list(live.over())
    found += list(live.over(last=True))
    columns = from_turns(found)
    assert list(rows(columns, columns.in_recorded_order())) == whole()


def test_a_turn_is_not_over_while_its_reply_may_yet_be_premature() -> None:
    live = LiveSession(Timeline("call"))
    live.timeline.speech.append(Sound(0.0, 900.0))
    live.timeline.agent.append(Sound(2_000.0, 2_300.0))
    assert list(live.over()) == []
    live.timeline.speech.append(Sound(2_150.0, 3_000.0))
    live.timeline.agent.append(Sound(4_000.0, 5_000.0))
    (one,) = live.over(last=True)
    assert one.speech.pauses is not None
    assert [(pause.at_ms, pause.ms) for pause in one.speech.pauses] == [(900, 1_250)]


def test_nothing_is_made_of_no_events() -> None:
    assert list(LiveSession(Timeline("call")).over(last=True)) == []
