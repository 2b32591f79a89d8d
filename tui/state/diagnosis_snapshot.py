"""What the Diagnose screen shows: one frozen snapshot of the turns under the settings in force, and the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from tui.state.app_state import Opened
from tui.state.turn_index import Ledger
from tuner.diagnosis import Diagnosis, diagnose
from tuner.diagnosis.parts import Slice, slices
from tuner.statistics.gauge import Gauge, gauge


@dataclass(frozen=True, eq=False)
class Seen:
    """All turns that are open, replayed under the settings in force."""

    opened: Opened
    gauge: Gauge
    slices: tuple[Slice, ...]
    ledger: Ledger


def seen(opened: Opened) -> Seen:
    """Soon at hand, for all turns."""
    outcomes = opened.batch.outcomes(opened.settings)
    ledger = Ledger(opened.inputs.complete, outcomes)
    found = Seen(opened, gauge(opened.batch, opened.settings, opened.limits), slices(outcomes), ledger)
    _ = ledger.groups  # made here, in the background
    return found


def diagnosed(opened: Opened) -> Diagnosis:
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
