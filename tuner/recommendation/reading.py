"""A recommendation read back from the file that `turntempo tune` wrote."""

from __future__ import annotations

from typing import Any

from pipeline.completion import Fit
from pipeline.completion.report import CompletionReport, Filled
from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.i18n import say
from stages.schema_ids import is_schema
from stages.settings import Settings, parse
from tuner.recommendation.changes import Change
from tuner.recommendation.form import AGAIN, require_recommendation
from tuner.recommendation.frontier import Trade
from tuner.recommendation.holdout import Judgement
from tuner.recommendation.nearest import Nearest
from tuner.recommendation.recommendation import Recommendation, Task
from tuner.recommendation.result_files import SCHEMA
from tuner.space.space import Space
from tuner.statistics.bootstrap import Interval
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.statistics.objective import parse_goal
from tuner.statistics.verdict import Verdict

RISKS = ("cut_off_rate", "false_interrupt_rate")

_NOTES = {str(note): note for note in map(say, ("verdict.impossible", "verdict.uninterrupted", "verdict.unhandled"))}
"""Notes of verdicts as they were said: so another language can say them."""

SHOWN = ("response_ms.p50", "response_ms.p90", "response_ms.p95", "response_ms.p99", *RISKS, "stop_ms.p95")
"""The figures that every result has."""

_TRADED = {"cut_off_rate": "goal_ms", "false_interrupt_rate": "stop_ms_p95"}


def read_recommendation(document: dict[str, Any], recording: Columns, settings: Settings, place: str) -> Recommendation:
    """The recommendation in this document; `place` is its file's name, for errors.

    Raises InputError: the file is damaged, or was made of other turns or for other settings than those in force.

    Its space holds the settings in force and what was locked; the values that were tried are not read back.
    """
    if not is_schema(document.get("schema"), "recommendation"):
        raise InputError(f"{place}: schema must be {SCHEMA!r}, got {document.get('schema')!r}; {AGAIN}")
    require_recommendation(document, place, AGAIN)
    try:
        found = _recommendation(document, recording)
        _require_figures(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{place}: is not what `turntempo tune` writes ({error!r}); {AGAIN}") from None
    judged = found.tuning.turns + (found.held_out.turns if found.held_out else 0)
    if judged != len(recording):
        raise InputError(f"{place}: was made of {judged:,} turns, but the recording has {len(recording):,}; {AGAIN}")
    if found.task.settings != settings:
        raise InputError(f"{place}: was made for other settings than those in force now; {AGAIN}")
    return found


def _require_figures(found: Recommendation) -> None:
    """Raises KeyError where a figure is missing that pages show."""
    for judged in (found.tuning, *([found.held_out] if found.held_out else [])):
        for name in SHOWN:
            _ = judged.before[name], judged.after[name]
    if found.other is not None:
        _require_figures(found.other)


def _recommendation(data: dict[str, Any], recording: Columns) -> Recommendation:
    in_force, limits = parse(data["settings_in_force"]), tuple(_limit(one) for one in data["limits"])
    return Recommendation(
        task=Task(
            recording,
            in_force,
            parse_goal(data["goal"]),
            limits,
            seed=data["seed"],
            complaint=data.get("complaint"),
            assumed=data.get("assumed"),
        ),
        status=data["status"],
        settings=parse(data["settings"]),
        estimate=None if data["estimate"] is None else parse(data["estimate"]),
        limits=limits,
        space=Space(in_force, (), dict(data["locked"])),
        changes=tuple(Change(**one) for one in data["changes"]),
        tuning=_judgement(data["tuning"]),
        held_out=None if data["held_out"] is None else _judgement(data["held_out"]),
        nearest=tuple(_nearest(one, limits) for one in data["nearest"]),
        frontier=tuple(_trade(one) for one in data["frontier"]),
        filled_in=_filled(data["filled_in"]),
        evaluations=data["evaluations"],
        interrupted=data["interrupted"],
        fit=Fit.of_json(data.get("fit", {})),
        other=None if data.get("other") is None else _recommendation(data["other"], recording),
        out_of_reach=tuple(_out_of_reach(one) for one in data.get("out_of_reach", ())),
        unseen_ms=data.get("unseen_ms"),
    )


def _limit(data: dict[str, Any]) -> Limit:
    return Limit(data["name"], data["value"], data["origin"])


def _judgement(data: dict[str, Any]) -> Judgement:
    gain = data["gain_ms"]
    return Judgement(
        turns=data["turns"],
        sessions=data["sessions"],
        before={name: Estimate(name, **one) for name, one in data["before"].items()},
        after={name: Estimate(name, **one) for name, one in data["after"].items()},
        gain=Interval(*(gain[key] for key in Interval(None, None, None).json_dict())),
        verdicts=tuple(_verdict(one) for one in data["limits"]),
        completions=gain["completions"],
    )


def _verdict(data: dict[str, Any]) -> Verdict:
    limit, note = Limit(data["name"], data["limit"], data["origin"]), data["note"]
    seen = (data["status"], data["estimate"], data["upper"], data["n"], data["n_effective"], data["turns_needed"])
    return Verdict(
        limit,
        *seen,
        note=_NOTES.get(note, note),
        unknown=data.get("unknown", False),
        assumed=data.get("assumed", False),
    )


def _nearest(data: dict[str, Any], limits: tuple[Limit, ...]) -> Nearest:
    limit = {one.name: one for one in limits}[data["name"]]
    return Nearest(limit, data["nearest"], data["others_kept"], parse(data["settings"]))


def _out_of_reach(data: dict[str, Any]) -> Nearest:
    limit = Limit(data["name"], data["limit"], "default")
    return Nearest(limit, data["nearest"], data["others_kept"], parse(data["settings"]))


def _trade(data: dict[str, Any]) -> Trade:
    kind = data["kind"]
    return Trade(kind, data[kind], data[_TRADED[kind]], data["within_limits"], parse(data["settings"]))


def _filled(data: dict[str, Any]) -> CompletionReport:
    fields = {name: Filled(**one) for name, one in data["fields"].items()}
    derived = data.get("derived", {})
    return CompletionReport(data["turns"], data["profile"], fields, data["not_recorded"], derived=derived)
