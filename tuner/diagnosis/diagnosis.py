"""The diagnosis of a recorded agent: where the time goes, what the settings cost, what no setting can fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.diagnosis import words
from tuner.diagnosis.assumed import marked
from tuner.diagnosis.barge_in import BargeIn, barge_in
from tuner.diagnosis.baseline import Case, sampled
from tuner.diagnosis.finding import Finding
from tuner.diagnosis.floor import Floor, floor
from tuner.diagnosis.levers import Lever, against_stalls, alone, together
from tuner.diagnosis.parts import Slice, slices
from tuner.diagnosis.remedies import Remedy, remedies
from tuner.space.deployable import EVERYWHERE, Reach
from tuner.space.fixed import unpriced
from tuner.space.space import space_of
from tuner.statistics.intervals import Estimate, estimates
from tuner.statistics.limits import Limit
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

    def findings(self) -> tuple[Finding, ...]:
        """What is worth a sentence, each with the page that explains it, the most pressing first."""
        return words.findings(self)

    def sections(self) -> dict[str, list[str]]:
        """Heading -> findings, each fit to be pasted into a message."""
        return {heading: [one.text for one in found] for heading, found in self._by_heading().items()}

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values. Where the turns are assumed, every object that holds a figure says `"assumed": true`."""
        told = self._json_dict()
        return told if self.assumed is None else marked(told)

    def _by_heading(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for one in self.findings():
            found.setdefault(one.heading, []).append(one)
        return found

    def _json_dict(self) -> dict[str, Any]:
        return {
            "turns": self.turns,
            "sessions": self.sessions,
            "of_turns": self.of_turns,
            "goal": self.goal.text,
            "judged_by": self.judged_by.text,
            "findings": {heading: [one.json_dict() for one in found] for heading, found in self._by_heading().items()},
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
            "where_the_time_goes": [one.json_dict() for one in self.slices],
            "limits": [one.json_dict() for one in self.verdicts],
            "remedies": [one.json_dict() for one in self.remedies],
            "levers": [one.json_dict() for one in self.levers],
            "together": [one.json_dict() for one in self.together],
            "against_stalls": [one.json_dict() for one in self.against_stalls],
            "idle": list(self.idle),
            "barge_in": self.barge_in.json_dict(),
            "floor": None if self.floor is None else self.floor.json_dict(),
            "unjudged": self.unjudged,
            "held": self.held,
            "beyond": self.beyond,
        }


def diagnose(
    recording: Columns,
    complete: Columns,
    settings: Settings,
    goal: Goal,
    limits: Sequence[Limit],
    *,
    seed: int = 0,
    threads: int | None = None,
    assumed: str | None = None,
    reach: Reach = EVERYWHERE,
) -> Diagnosis:
    """The diagnosis of turns as read, and the same completed, under the settings in force.

    Long recordings are judged on a sample of whole sessions, drawn by (seed, session). `assumed` names the profile
    that the turns are simulated from, where there is no recording. Only what is within `reach` is changed, though the
    floor is that of all settings. Raises InputError where the settings in force are out of reach.
    """
    sessions = sampled(complete, seed)
    seen, turns = recording.of_sessions(sessions), complete.of_sessions(sessions)
    space = space_of(seen, turns, settings, limits, reach=reach)
    case = Case(Batch(turns, threads), space, goal, tuple(limits), seed)
    locks = space_of(seen, turns, settings, limits).locks
    levers = alone(case)
    more = together(case, levers)
    moved = {name for one in levers for name in one.values}
    held = {name: why for name, why in unpriced(limits).items() if name in locks}
    unjudged = {name: why for name, why in locks.items() if name not in held and name not in reach.reasons}
    return Diagnosis(
        settings=settings,
        goal=goal,
        judged_by=case.judged_by,
        assumed=assumed,
        turns=len(turns),
        sessions=len(sessions),
        of_turns=len(complete),
        figures=estimates(case.outcomes, turns.session),
        slices=slices(case.outcomes),
        verdicts=case.verdicts,
        remedies=remedies(case),
        levers=levers,
        together=more,
        against_stalls=against_stalls(case, (*levers, *more)),
        idle=tuple(name for name in case.space.names if name not in moved),
        barge_in=barge_in(case),
        floor=floor(case.batch, settings, locks),
        unjudged=unjudged,
        held=held,
        beyond=dict(reach.reasons),
    )
