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

AGAIN = "make it anew with `turntempo tune`"

_NOTES = {str(note): note for note in map(say, ("verdict.impossible", "verdict.uninterrupted", "verdict.unhandled"))}
"""Notes of verdicts as they were said: so another language can say them."""

_TRADED = {"cut_off_rate": "goal_ms", "false_interrupt_rate": "stop_ms_p95"}


def read_recommendation(document: dict[str, Any], recording: Columns, settings: Settings, place: str) -> Recommendation:
    """The recommendation in this document; `place` is its file's name, for errors.

    Raises InputError: the file is damaged, or was made of other turns or for other settings than those in force.

    Its space holds the settings in force and what was locked; the values that were tried are not read back.
    """
    if not is_schema(document.get("schema"), "recommendation"):
        raise InputError(f"{place}: schema must be {SCHEMA!r}, got {document.get('schema')!r}; {AGAIN}")
    try:
        found = _recommendation(document, recording)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{place}: is not what `turntempo tune` writes ({error!r}); {AGAIN}") from None
    judged = found.tuning.turns + (found.held_out.turns if found.held_out else 0)
    if judged != len(recording):
        raise InputError(f"{place}: was made of {judged:,} turns, but the recording has {len(recording):,}; {AGAIN}")
    if found.task.settings != settings:
        raise InputError(f"{place}: was made for other settings than those in force now; {AGAIN}")
    return found


def _recommendation(told: dict[str, Any], recording: Columns) -> Recommendation:
    in_force, limits = parse(told["settings_in_force"]), tuple(_limit(one) for one in told["limits"])
    return Recommendation(
        task=Task(
            recording,
            in_force,
            parse_goal(told["goal"]),
            limits,
            seed=told["seed"],
            complaint=told.get("complaint"),
            assumed=told.get("assumed"),
        ),
        status=told["status"],
        settings=parse(told["settings"]),
        estimate=None if told["estimate"] is None else parse(told["estimate"]),
        limits=limits,
        space=Space(in_force, (), dict(told["locked"])),
        changes=tuple(Change(**one) for one in told["changes"]),
        tuning=_judgement(told["tuning"]),
        held_out=None if told["held_out"] is None else _judgement(told["held_out"]),
        nearest=tuple(_nearest(one, limits) for one in told["nearest"]),
        frontier=tuple(_trade(one) for one in told["frontier"]),
        filled_in=_filled(told["filled_in"]),
        evaluations=told["evaluations"],
        interrupted=told["interrupted"],
        fit=Fit.of_json(told.get("fit", {})),
        other=None if told.get("other") is None else _recommendation(told["other"], recording),
        out_of_reach=tuple(_out_of_reach(one) for one in told.get("out_of_reach", ())),
    )


def _limit(told: dict[str, Any]) -> Limit:
    return Limit(told["name"], told["value"], told["origin"])


def _judgement(told: dict[str, Any]) -> Judgement:
    gain = told["gain_ms"]
    return Judgement(
        turns=told["turns"],
        sessions=told["sessions"],
        before={name: Estimate(name, **one) for name, one in told["before"].items()},
        after={name: Estimate(name, **one) for name, one in told["after"].items()},
        gain=Interval(*(gain[key] for key in Interval(None, None, None).json_dict())),
        verdicts=tuple(_verdict(one) for one in told["limits"]),
        completions=gain["completions"],
    )


def _verdict(told: dict[str, Any]) -> Verdict:
    limit, note = Limit(told["name"], told["limit"], told["origin"]), told["note"]
    seen = (told["status"], told["estimate"], told["upper"], told["n"], told["n_effective"], told["turns_needed"])
    return Verdict(
        limit,
        *seen,
        note=_NOTES.get(note, note),
        unknown=told.get("unknown", False),
        assumed=told.get("assumed", False),
    )


def _nearest(told: dict[str, Any], limits: tuple[Limit, ...]) -> Nearest:
    limit = next(one for one in limits if one.name == told["name"])
    return Nearest(limit, told["nearest"], told["others_kept"], parse(told["settings"]))


def _out_of_reach(told: dict[str, Any]) -> Nearest:
    limit = Limit(told["name"], told["limit"], "default")
    return Nearest(limit, told["nearest"], told["others_kept"], parse(told["settings"]))


def _trade(told: dict[str, Any]) -> Trade:
    kind = told["kind"]
    return Trade(kind, told[kind], told[_TRADED[kind]], told["within_limits"], parse(told["settings"]))


def _filled(told: dict[str, Any]) -> CompletionReport:
    fields = {name: Filled(**one) for name, one in told["fields"].items()}
    derived = told.get("derived", {})
    return CompletionReport(told["turns"], told["profile"], fields, told["not_recorded"], derived=derived)
