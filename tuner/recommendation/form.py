"""The form of a result as it lies on disk: every value that is there is of its type, whoever changed the file.

What is missing is found by whoever needs it: an earlier version wrote fewer fields.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET
from msgspec import UnsetType as Unset

from pipeline.completion.report import Filler
from stages.errors import InputError
from stages.settings import NAMES
from tuner.recommendation.documents import read_json
from tuner.statistics.limits import Origin, is_limit
from tuner.statistics.verdict import Status as Verdict

AGAIN = "make it anew with `turntempo tune`"

Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
Scalar = str | int | float | bool | None
Kind = Literal["cut_off_rate", "false_interrupt_rate"]


class EstimateForm(msgspec.Struct):
    """A figure with its interval."""

    value: float | Unset | None = UNSET
    low: float | Unset | None = UNSET
    high: float | Unset | None = UNSET
    n: Count | Unset = UNSET
    unknown: bool = False
    assumed: bool = False


class LimitForm(msgspec.Struct):
    """A limit that was kept to."""

    name: str | Unset = UNSET
    value: float | Unset = UNSET
    origin: Origin | Unset = UNSET

    def __post_init__(self) -> None:
        require_limit(self.name)


class _Verdict(msgspec.Struct):
    name: str | Unset = UNSET
    limit: float | Unset = UNSET
    origin: Origin | Unset = UNSET
    status: Verdict | Unset = UNSET
    estimate: float | Unset | None = UNSET
    upper: float | Unset | None = UNSET
    n: Count | Unset = UNSET
    n_effective: Annotated[float, msgspec.Meta(ge=0)] | Unset = UNSET
    turns_needed: Count | Unset | None = UNSET
    note: str | Unset = UNSET
    unknown: bool = False
    assumed: bool = False

    def __post_init__(self) -> None:
        require_limit(self.name)


class _Gain(msgspec.Struct):
    estimate: float | Unset | None = UNSET
    low: float | Unset | None = UNSET
    high: float | Unset | None = UNSET
    completions: Count | Unset = UNSET


class _Judgement(msgspec.Struct):
    turns: Annotated[int, msgspec.Meta(ge=1, le=1 << 53)] | Unset = UNSET
    sessions: Annotated[int, msgspec.Meta(ge=1, le=1 << 53)] | Unset = UNSET
    before: dict[str, EstimateForm] | Unset = UNSET
    after: dict[str, EstimateForm] | Unset = UNSET
    gain_ms: _Gain | Unset = UNSET
    limits: list[_Verdict] | Unset = UNSET

    def __post_init__(self) -> None:
        if isinstance(self.before, dict) and isinstance(self.after, dict) and self.before.keys() != self.after.keys():
            raise ValueError("before and after must hold the same figures")


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    name: str | Unset = UNSET
    before: Scalar | Unset = UNSET
    after: Scalar | Unset = UNSET
    worth_ms: float | Unset | None = UNSET
    needed_for: str = ""
    raises: str = ""

    def __post_init__(self) -> None:
        if self.name is not UNSET and self.name not in NAMES:
            raise ValueError("name must be that of a setting")


class _Nearest(msgspec.Struct):
    name: str | Unset = UNSET
    limit: float | Unset = UNSET
    nearest: float | Unset = UNSET
    others_kept: bool | Unset = UNSET

    def __post_init__(self) -> None:
        require_limit(self.name)


class _Trade(msgspec.Struct):
    kind: Kind | Unset = UNSET
    within_limits: bool | Unset = UNSET
    cut_off_rate: float | None = None
    false_interrupt_rate: float | None = None
    goal_ms: float | None = None
    stop_ms_p95: float | None = None


class _Filled(msgspec.Struct, forbid_unknown_fields=True):
    missing: Count | Unset = UNSET
    censored: Count | Unset = UNSET
    by: dict[Filler, Count] | Unset = UNSET


class _Filling(msgspec.Struct):
    turns: Count | Unset = UNSET
    profile: str | Unset | None = UNSET
    fields: dict[str, _Filled] | Unset = UNSET
    not_recorded: dict[str, Count] | Unset = UNSET
    derived: dict[str, Count] = {}


class _LargePart(msgspec.Struct):
    part: str | Unset = UNSET
    turns: Count | Unset = UNSET
    examples: list[str] | Unset = UNSET


class _Fit(msgspec.Struct):
    of: Count = 0
    turns: Count = 0
    derived: Count = 0
    measured_p50: float | None = None
    measured_p95: float | None = None
    modelled_p50: float | None = None
    residual_p50: float | None = None
    residual_p95: float | None = None
    distance_p50: float | None = None
    share: float | None = None
    sooner: Count | None = None
    later: Count | None = None
    sooner_examples: list[str] = []
    later_examples: list[str] = []
    later_ms: tuple[float, float] | None = None
    large_parts: list[_LargePart] = []
    typed: bool = False


class _Recommendation(msgspec.Struct):
    status: Literal["recommended", "unchanged", "too small", "infeasible"] = "recommended"
    interrupted: bool = False
    goal: str = ""
    complaint: str | None = None
    assumed: str | None = None
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    evaluations: Count = 0
    settings_in_force: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    estimate: dict[str, Any] | None = None
    recording: list[str] = []
    changes: list[_Change] = []
    limits: list[LimitForm] = []
    nearest: list[_Nearest] = []
    out_of_reach: list[_Nearest] = []
    tuning: _Judgement | None = None
    held_out: _Judgement | None = None
    frontier: list[_Trade] = []
    locked: dict[str, str] = {}
    filled_in: _Filling | None = None
    fit: _Fit = msgspec.field(default_factory=_Fit)
    unseen_ms: Annotated[float, msgspec.Meta(ge=0)] | None = None
    other: dict[str, Any] | None = None


def require_limit(name: str | Unset) -> None:
    """Raises ValueError where no limit has this name."""
    if isinstance(name, str) and not is_limit(name):
        raise ValueError("name must be that of a limit")


def require_recommendation(document: dict[str, Any], place: str, again: str) -> dict[str, Any]:
    """The same document. Raises InputError, with the value's place, where one is of another type."""
    require_form(document, _Recommendation, place, again)
    if isinstance(other := document.get("other"), dict):
        require_form(other, _Recommendation, f"{place}: other", again)
    return document


def require_form(document: Any, form: type[msgspec.Struct], place: str, again: str) -> None:
    """Raises InputError where a document is not of a form; `again`: the next step."""
    try:
        msgspec.convert(document, form)
    except (msgspec.ValidationError, UnicodeError, RecursionError) as error:
        raise InputError(f"{place}: {error}; {again}") from None


def read_result(path: Path) -> dict[str, Any]:
    """A recommendation.json. Raises InputError where a value in it is of another type than `turntempo tune` writes."""
    return require_recommendation(read_json(path), str(path), AGAIN)
