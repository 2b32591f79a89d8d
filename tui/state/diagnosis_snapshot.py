"""What the Diagnose screen shows: a frozen snapshot of the turns under the settings in force, and the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from tui.state.app_state import Opened
from tui.state.turn_index import TurnIndex
from tuner.diagnosis import Diagnosis, diagnose
from tuner.diagnosis.parts import Slice, slices
from tuner.statistics.gauge import Gauge, gauge


@dataclass(frozen=True, eq=False)
class DiagnosisSnapshot:
    """The open turns, replayed under the settings in force."""

    opened: Opened
    gauge: Gauge
    slices: tuple[Slice, ...]
    turn_index: TurnIndex


def take_snapshot(opened: Opened) -> DiagnosisSnapshot:
    """A snapshot of all turns; takes well under a second."""
    outcomes = opened.batch.outcomes(opened.settings)
    turn_index = TurnIndex(opened.inputs.complete, outcomes)
    found = DiagnosisSnapshot(opened, gauge(opened.batch, opened.settings, opened.limits), slices(outcomes), turn_index)
    _ = turn_index.groups  # computed here, in the background
    return found


def diagnose_opened(opened: Opened) -> Diagnosis:
    """The diagnosis; takes some seconds, and uses a sample of a long recording."""
    given = opened.inputs
    return diagnose(
        given.recorded,
        given.complete,
        opened.settings,
        opened.goal,
        opened.limits,
        seed=opened.source.seed,
        assumed=None if given.assumed is None else given.assumed.name,
        deployable=opened.deployable,
    )
