"""What a diagnosis holds, as data: where the time goes, what the settings cost, what no setting can fix."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.completion.fit import NOT_MEASURED, Fit
from stages.settings import Settings
from tuner.diagnosis.barge_in import BargeIn
from tuner.diagnosis.differences import Difference
from tuner.diagnosis.floor import Floor
from tuner.diagnosis.levers import Lever
from tuner.diagnosis.parts import Slice
from tuner.diagnosis.paths import Harm
from tuner.diagnosis.remedies import Remedy
from tuner.statistics.by_tag import Figures
from tuner.statistics.intervals import Estimate
from tuner.statistics.objective import Goal
from tuner.statistics.verdict import Verdict


@dataclass(frozen=True)
class Diagnosis:
    """What turns say of the settings in force. All times in ms."""

    settings: Settings
    goal: Goal
    judged_by: Goal
    """What changes are compared by: the goal, or the mean where that stands at turns without an answer."""
    assumed: str | None
    """The profile that the turns are simulated from; None: they were recorded."""
    turns: int
    sessions: int
    of_turns: int
    """How many the recording has; a diagnosis looks at whole sessions of about 10,000."""
    figures: dict[str, Estimate]
    slices: tuple[Slice, ...]
    verdicts: tuple[Verdict, ...]
    remedies: tuple[Remedy, ...]
    levers: tuple[Lever, ...]
    """Each setting changed alone, the dearest first."""
    together: tuple[Lever, ...]
    against_stalls: tuple[Lever, ...]
    idle: tuple[str, ...]
    """Settings that may move and cost nothing that is shown: no other value of them alone answers sooner for sure."""
    barge_in: BargeIn
    floor: Floor | None
    unjudged: dict[str, str]
    """Setting -> why this recording cannot judge it."""
    held: dict[str, str]
    """Setting -> why the model charges no price for it."""
    beyond: dict[str, str]
    """Setting -> why the stack that is looked at cannot be set to another value of it."""
    fit: Fit = NOT_MEASURED
    """Measured beside modelled response times, of the whole recording."""
    harm: Harm | None = None
    """What these turns show of the complaint; None: none is named."""
    cure: Remedy | None = None
    """What mends the complaint; None: none is named, or it is of the time, or is not seen in these turns."""
    by: tuple[str, dict[str, Figures]] | None = None
    """A tag, and the figures of the turns of each of its values; None: none is asked for."""
    differences: tuple[Difference, ...] = ()
    """Groups of turns that are slower or faster than the others."""
