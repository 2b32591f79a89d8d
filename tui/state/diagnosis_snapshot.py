"""What the Diagnose screen shows: one frozen snapshot of the turns under the settings in force, and the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from tui.state.app_state import Opened
from tui.state.turn_index import TurnIndex
from tuner.diagnosis import Diagnosis, diagnose
from tuner.diagnosis.parts import Slice, slices
from tuner.statistics.gauge import Gauge, gauge


@dataclass(frozen=True, eq=False)
class DiagnosisSnapshot:
    """All turns that are open, replayed under the settings in force."""

    opened: Opened
    gauge: Gauge
    slices: tuple[Slice, ...]
    turn_index: TurnIndex


def take_snapshot(opened: Opened) -> DiagnosisSnapshot:
    """Soon at hand, for all turns."""
    outcomes = opened.batch.outcomes(opened.settings)
    turn_index = TurnIndex(opened.inputs.complete, outcomes)
    found = DiagnosisSnapshot(opened, gauge(opened.batch, opened.settings, opened.limits), slices(outcomes), turn_index)
    _ = turn_index.groups  # made here, in the background
    return found


def diagnose_opened(opened: Opened) -> Diagnosis:
    """Which settings cost what; some seconds' work, on a sample where the recording is long."""
    given = opened.inputs
    return diagnose(
        given.recorded,
        given.complete,
        opened.settings,
        opened.goal,
        opened.limits,
        seed=opened.source.seed,
        assumed=None if given.assumed is None else given.assumed.name,
        reach=opened.reach,
    )
