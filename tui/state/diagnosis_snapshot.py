"""What the Diagnose screen shows: a frozen snapshot of the turns under the settings in force, and the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from stages.settings import Settings
from tui.state.app_state import Opened
from tui.state.turn_index import TurnIndex
from tuner.deploy.vendor_words import vendor_naming
from tuner.diagnosis import Diagnosis, diagnose
from tuner.diagnosis.parts import Slice, slices
from tuner.diagnosis.words.in_short import Naming
from tuner.statistics.complaint import Complaint
from tuner.statistics.gauge import Gauge, gauge
from tuner.support.intake.complaints import proposed


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
    in_force = opened.settings == opened.inputs.in_force
    now = gauge(opened.batch, opened.settings, opened.limits, in_force=in_force)
    found = DiagnosisSnapshot(opened, now, slices(outcomes), turn_index)
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
        complaint=complaint_of(opened),
        fit=given.fit,
        as_measured=opened.settings == given.in_force,
    )


def naming_of(opened: Opened, in_force: Settings) -> Naming:
    """How changed settings are named: in the words of the vendor whose configuration is open, else in ours."""
    return vendor_naming(opened.inputs.vendor, opened.case, in_force)


def complaint_of(opened: Opened) -> Complaint | None:
    """What the case's customer complains of; None: there is no case, or its words name nothing."""
    found = None if opened.case is None else proposed(opened.case.intake)
    return None if found is None else found[0]
