"""Turns made fast from exchanges: the same as the model makes of them, and refused where it refuses them."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.importers.observed.building import FIELDS, turn
from pipeline.importers.observed.exchange import Observed, measured
from pipeline.importers.report import Findings
from pipeline.turns.builder import from_turns
from stages.turn import Overlap, Pause

MS = st.integers(0, 40).map(lambda value: 25.0 * value)
PAUSES = st.lists(st.builds(Pause, at_ms=MS, ms=MS), max_size=3).map(tuple)
OVERLAPS = st.lists(st.builds(Overlap, at_ms=MS, ms=MS, kind=st.just("noise")), max_size=3).map(tuple)


@given(MS, PAUSES, OVERLAPS)
def test_a_turn_made_fast_is_the_one_that_the_model_makes(
    end_ms: float, pauses: tuple[Pause, ...], overlaps: tuple[Overlap, ...]
) -> None:
    one = Observed("s", speech_ms=measured(end_ms), pauses=pauses, overlaps=overlaps, ttft_ms=(measured(400.0),))
    fast_findings, findings = Findings("x", (), FIELDS), Findings("x", (), FIELDS)
    fast, slow = turn(one, 0, fast_findings), turn(one, 0, findings, fast=False)
    assert fast_findings.notes == findings.notes
    columns = [None if made is None else from_turns([made]) for made in (fast, slow)]
    assert repr(columns[0]) == repr(columns[1])


def test_a_pause_that_begins_before_the_one_before_it_ended_is_refused() -> None:
    findings = Findings("x", (), FIELDS)
    pauses = (Pause(at_ms=100.0, ms=300.0), Pause(at_ms=300.0, ms=50.0))
    assert turn(Observed("s", speech_ms=measured(900.0), pauses=pauses), 0, findings) is None
    assert "must not overlap" in findings.notes[0].message
