"""What each setting that differs does: alone on top of A, and put back in B."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from pipeline.kernel.batch import Batch, Outcomes
from stages.settings import Settings
from tuner.comparison.difference import Difference, differences
from tuner.comparison.replay import Replay, differs
from tuner.statistics.bootstrap import Resample

Kind = Literal["effect", "only with others", "hidden by others", "none"]

ALONE = (
    "response_ms.p50",
    "response_ms.p95",
    "cut_off_rate",
    "missed_interrupt_rate",
    "false_interrupt_rate",
    "dead_air_rate",
    "failed_rate",
    "llm_starts_per_turn",
)
"""The figures that are given of A with one setting of B."""

MOST_HIDDEN = 6
"""Settings without effect whose reason is looked for: each takes two replays a setting that differs."""


@dataclass(frozen=True)
class Effect:
    """A setting that differs; `alone`: A with only this one of B, compared with A.

    `alone_turns` come out otherwise with it alone, `back_turns` where it alone is put back in B. `hidden_by`: settings
    of B under which it has no effect, and without any one of which it has.
    """

    name: str
    before: Any
    after: Any
    alone: Mapping[str, Difference]
    alone_turns: int
    back_turns: int
    hidden_by: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Whether it does anything in B, on these turns."""
        if self.back_turns:
            return "effect" if self.alone_turns else "only with others"
        return "hidden by others" if self.alone_turns else "none"

    def json_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "a": self.before,
            "b": self.after,
            "kind": self.kind,
            "alone": {name: one.json_dict() for name, one in self.alone.items()},
            "alone_turns": self.alone_turns,
            "back_turns": self.back_turns,
            "hidden_by": list(self.hidden_by),
        }


class Effects:
    """The effects of the settings in which B differs from A, on a batch of turns."""

    def __init__(self, batch: Batch, before: Settings, after: Settings, resample: Resample) -> None:
        self.batch, self.before, self.after, self.resample = batch, before, after, resample
        self.was, self.now = before.flat(), after.flat()
        self.names = tuple(name for name in self.was if self.was[name] != self.now[name])

    @cached_property
    def replays(self) -> tuple[Replay, Replay]:
        """Under A and under B."""
        return self._replay(self.before), self._replay(self.after)

    def _replay(self, settings: Settings) -> Replay:
        return Replay(self.batch.outcomes(settings), self.batch.columns, self.resample)

    def all(self) -> tuple[Effect, ...]:
        """One a setting that differs, in the documented order."""
        found = [self._of(name) for name in self.names]
        hidden = [one.name for one in found if one.kind == "hidden by others"][:MOST_HIDDEN]
        by = {name: self._hidden_by(name) for name in hidden}
        return tuple(
            Effect(one.name, one.before, one.after, one.alone, one.alone_turns, one.back_turns, by.get(one.name, ()))
            for one in found
        )

    def _of(self, name: str) -> Effect:
        before, after = self.replays
        alone = self._replay(self.before.replace({name: self.now[name]}))
        figures = differences(before, alone, ALONE)
        alone_turns = int(np.count_nonzero(differs(before.outcomes, alone.outcomes)))
        back_turns = alone_turns if len(self.names) == 1 else self._turns(after.outcomes, {name})
        return Effect(name, self.was[name], self.now[name], figures, alone_turns, back_turns)

    def _turns(self, after: Outcomes, back: set[str]) -> int:
        """How many turns differ from these where settings of B are put back."""
        return int(np.count_nonzero(differs(after, self._with_back(back))))

    def _with_back(self, back: set[str]) -> Outcomes:
        return self.batch.outcomes(self.after.replace({name: self.was[name] for name in back}))

    def _hidden_by(self, name: str) -> tuple[str, ...]:
        """The settings of B without which this one has an effect."""
        others = [other for other in self.names if other != name]
        return tuple(other for other in others if self._turns(self._with_back({other}), {other, name}))
