"""Which path does the harm: each is closed in turn, and the same turns are replayed without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.kernel.batch import Batch
from stages.settings import Settings
from tuner.statistics.complaint import CURES, Complaint
from tuner.statistics.gauge import gauge
from tuner.statistics.intervals import Estimate

WORTH_SHARE = 0.1
"""A path that causes less of a figure than this is not named."""

BARGE_IN: dict[str, Mapping[str, Any]] = {
    "voice": {"barge_in.on_voice": False},
    "words": {"barge_in.on_words": "off"},
}
ENDPOINTING: dict[str, Mapping[str, Any]] = {
    "silence": {"endpointing.silence_ms": 3000, "endpointing.max_silence_ms": 10000},
    "max_silence": {"endpointing.max_silence_ms": 10000},
    "empty_timeout": {"asr.empty_timeout_ms": None},
    "final_timeout": {"asr.final_timeout_ms": 10000},
}
REPLY: dict[str, Mapping[str, Any]] = {
    "llm_timeout": {"llm.timeout_ms": 60000},
    "tts_timeout": {"tts.timeout_ms": 60000},
}
PATHS: dict[str, Mapping[str, Mapping[str, Any]]] = {
    "false_interrupt_rate": BARGE_IN,
    "cut_off_rate": ENDPOINTING,
    "false_start_rate": ENDPOINTING,
    "failed_rate": REPLY,
}
"""Figure -> the paths that lead to it, each with the settings that close it."""


@dataclass(frozen=True)
class Path:
    """A way to what is complained of: the figure without it, and with it alone where others can be closed."""

    name: str
    without: Estimate
    alone: Estimate | None

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        alone = None if self.alone is None else self.alone.json_dict()
        return {"path": self.name, "without": self.without.json_dict(), "alone": alone}


@dataclass(frozen=True)
class Harm:
    """What is complained of, and the paths that do it, the worst first."""

    complaint: Complaint
    now: Estimate
    paths: tuple[Path, ...]

    @property
    def unknown(self) -> bool:
        """The recording does not show what is complained of."""
        return self.now.value is None

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "complaint": self.complaint,
            "figure": self.now.name,
            "now": self.now.json_dict(),
            "paths": [one.json_dict() for one in self.paths],
        }


def harm(batch: Batch, settings: Settings, complaint: Complaint) -> Harm:
    """What these turns show of a complaint under the settings in force."""
    figure = CURES[complaint].figure
    now = gauge(batch, settings, ()).figures[figure]
    ways = {name: close for name, close in PATHS.get(figure, {}).items() if _is_open(settings, close)}
    found = [_path(batch, settings, figure, name, ways) for name in ways]
    worst = sorted(found, key=lambda one: one.without.value or 0.0)
    return Harm(complaint, now, tuple(one for one in worst if _matters(now, one)))


def _path(batch: Batch, settings: Settings, figure: str, name: str, ways: Mapping[str, Mapping[str, Any]]) -> Path:
    without = gauge(batch, settings.replace(ways[name]), ()).figures[figure]
    others = {key: value for other, close in ways.items() if other != name for key, value in close.items()}
    kept = {key: value for key, value in others.items() if key not in ways[name]}
    alone = gauge(batch, settings.replace(kept), ()).figures[figure] if kept else None
    return Path(name, without, alone)


def _is_open(settings: Settings, close: Mapping[str, Any]) -> bool:
    flat = settings.flat()
    return any(flat[name] != value for name, value in close.items())


def _matters(now: Estimate, path: Path) -> bool:
    if now.value is None or path.without.value is None:
        return False
    return now.value - path.without.value > WORTH_SHARE * now.value > 0
