"""A written configuration, read back and replayed: none is written that breaks what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from stages.i18n import Said, say
from stages.settings import NAMES, Settings
from tuner.statistics import numbers, vocabulary
from tuner.statistics.gauge import Gauge, gauge
from tuner.statistics.limits import Limit

FIGURES = (
    *("response_ms.p50", "response_ms.p95", "cut_off_rate", "false_start_rate", "failed_rate", "lost_rate"),
    *("missed_interrupt_rate", "false_interrupt_rate", "dead_air_rate", "llm_starts_per_turn"),
)
"""The figures that are held against the promise."""

TIME_MS, TIME_SHARE, RATE, COUNT = 20.0, 0.01, 0.003, 0.02
"""How far a figure may be from its promise, because of the steps of a vendor's values."""


@dataclass(frozen=True)
class Off:
    """A figure under the settings that were judged, and under those that the file means."""

    figure: str
    judged: float | None
    meant: float | None

    def sentence(self) -> Said:
        """12% instead of the 7.6% promised."""
        judged, meant = (numbers.figure(self.figure, value) for value in (self.judged, self.meant))
        return say("readback.off", figure=vocabulary.figure(self.figure), judged=judged, meant=meant)


@dataclass(frozen=True)
class ReadBack:
    """The settings that a written file means, beside those that were judged.

    `replayed`: both were replayed on turns. Without turns only the settings can be compared.
    """

    judged: Settings
    meant: Settings
    replayed: bool
    off: tuple[Off, ...] = ()
    broken: tuple[Limit, ...] = ()
    """The limits that the judged settings keep and the written ones miss."""

    @property
    def same(self) -> bool:
        """The file means what was judged, setting by setting."""
        return self.judged == self.meant

    @property
    def holds(self) -> bool:
        """Nothing that was promised is broken, so far as it can be known."""
        return self.same or (self.replayed and not self.off and not self.broken)

    def settings(self) -> Mapping[str, tuple[object, object]]:
        """Setting -> as judged, and as the file means it, where they differ."""
        was, now = self.judged.flat(), self.meant.flat()
        return {name: (was[name], now[name]) for name in NAMES if was[name] != now[name]}

    def figures(self) -> tuple[Said, ...]:
        """The limits that break, then the figures that differ; without the names of settings."""
        broken = (say("readback.limit", limit=limit.text()) for limit in self.broken)
        return (*broken, *(one.sentence() for one in self.off))

    def sentences(self) -> tuple[Said, ...]:
        """What differs, the weightiest first; none where the promise holds."""
        if self.holds:
            return ()
        said = [*self.figures()]
        said += [
            say("readback.setting", name=name, judged=shown[0], meant=shown[1])
            for name, pair in self.settings().items()
            if (shown := numbers.settings_apart(*pair))
        ]
        return (say("readback.differs" if self.replayed else "readback.not_replayed"), *said)


def read_back(
    judged: Settings, meant: Settings, turns: Columns | None, limits: Sequence[Limit], threads: int | None = None
) -> ReadBack:
    """Both settings replayed on the turns that the promise was made on; None: only the settings are compared."""
    if judged == meant or turns is None:
        return ReadBack(judged, meant, turns is not None)
    batch = Batch(turns, threads)
    before, after = gauge(batch, judged, limits), gauge(batch, meant, limits)
    return ReadBack(judged, meant, True, tuple(_off(before, after)), tuple(_broken(before, after)))


def _off(before: Gauge, after: Gauge) -> Iterable[Off]:
    for name in FIGURES:
        was, now = before.figures[name].value, after.figures[name].value
        if was is None and now is None:
            continue
        if was is None or now is None or abs(now - was) > _allowed(name, was):
            yield Off(name, was, now)


def _allowed(name: str, value: float) -> float:
    if name.endswith("_rate"):
        return RATE
    return COUNT if name == "llm_starts_per_turn" else max(TIME_MS, TIME_SHARE * value)


def _broken(before: Gauge, after: Gauge) -> Iterable[Limit]:
    for was, now in zip(before.verdicts, after.verdicts, strict=True):
        if now.status == "missed" and was.status != "missed":
            yield now.limit
