"""The stage profile that a probe comes to: what simulation, completion and search use in place of a preset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pipeline.simulation.stage_file import Probed, stage_file_text
from stages.errors import InputError
from turntempo.probe.failure import UNANSWERED
from turntempo.probe.records import Head, Record
from turntempo.probe.summary import FEWEST, Summary, Table, summary, value_of

LEAST_MS = 0.001

COUNTS = ("clause_tokens", "sentence_tokens", "reply_tokens")


def stage_profile(head: Head, records: Sequence[Record], at_level: int | None = None) -> tuple[str, Summary]:
    """The text of the file, and the summary of the same records. Raises InputError where too few were answered."""
    found = summary(head, records, at_level)
    table = Table(head, records)
    main, _ = table.main(found.level)
    fields = {"llm": _llm, "tts": _tts, "asr": _asr}[head.stage](table, main, found)
    if not fields:
        answered = sum(one.failure is None for one in main)
        raise InputError(
            f"{answered} of {len(main)} requests were answered with {found.level} at once, and a stage profile takes "
            f"{FEWEST}: ask for more with -n"
        )
    failures = {name: count for name, count in found.failures.items() if name not in UNANSWERED}
    probed = Probed(
        stage=head.stage,
        endpoint=head.endpoint[:200],
        model=head.model,
        measured=head.began,
        requests=sum(one.failure is None or one.failure in UNANSWERED for one in main),
        failed=failures,
        concurrency=found.level,
        slow_together=found.slow_together,
    )
    return stage_file_text(probed, {head.stage: fields}), found


def _llm(table: Table, main: list[Record], found: Summary) -> dict[str, Any]:
    fields = _timed("ttft_ms", "first token", table, main, found)
    if not fields:
        return {}
    answered = [one for one in main if one.failure is None]
    fields |= _values("token_ms", "time from token to token, of each answer", answered, "token_ms", found)
    for name in COUNTS:
        fields |= _values(name, f"{name.replace('_', ' ')}, as the server counts tokens", answered, name, found)
    new = table.times(one for one in (*table.of("cold"), *table.of("load", found.level)) if one.connection == "new")
    warm = table.times(main)
    if found.reused and min(len(new), len(warm)) >= FEWEST and np.isfinite([np.median(new), np.median(warm)]).all():
        factor = float(np.median(new) / np.median(warm))
        source = f"{_origin(found)}: median of {len(new)} requests on new connections over that on reused ones"
        fields["first_turn"] = {"value": round(max(factor, 0.01), 4), "source": source}
    if slope := found.prefill_ms_per_1k:
        ms = max(slope.estimate or 0.0, LEAST_MS)
        span = f"{slope.low:.1f} to {slope.high:.1f}" if slope.low is not None and slope.high is not None else "-"
        source = f"{_origin(found)}: median slope over the length of history, 95%: {span}"
        fields["prefill_ms_per_1k"] = {"quantiles": {"p50": round(ms, 3)}, "source": source}
    return fields


def _tts(table: Table, main: list[Record], found: Summary) -> dict[str, Any]:
    heard = [one for one in main if one.failure in UNANSWERED or value_of(one, "audible_ms") is not None]
    audible = _timed("ttfb_ms", "first audible sound, silence before it included", table, heard, found, "audible_ms")
    if not audible:
        return {}
    pace = [
        one.audio_ms / one.said_tokens
        for one in main
        if one.failure is None and one.audio_ms and one.said_tokens is not None
    ]
    if len(pace) >= FEWEST:
        source = f"{_origin(found)}: length of the audio by token, each word and each mark one"
        audible["ms_per_token"] = {"values": _rising(pace), "source": source}
    return audible


def _asr(table: Table, main: list[Record], found: Summary) -> dict[str, Any]:
    what = "end of speech to final transcript" if table.head.api != "openai" else "upload of the whole file to the text"
    return _timed("final_ms", what, table, main, found)


def _timed(
    field: str, what: str, table: Table, records: list[Record], found: Summary, name: str | None = None
) -> dict[str, Any]:
    """The field with all measured times; a request that was given up counts as long as it was waited for."""
    given_up, values = 0, []
    for one in records:
        value = value_of(one, name or table.timed)
        if one.failure is None and value is not None:
            values.append(value)
        elif one.failure in UNANSWERED:
            given_up += 1
            values.append(table.head.timeout_s * 1000)
    if len(values) < FEWEST:
        return {}
    source = f"{_origin(found)}: {what}, {len(values)} requests"
    if given_up:
        source += f", {given_up} of them given up after {table.head.timeout_s:g} s and counted as that"
    return {field: {"values": _rising(values), "source": source}}


def _values(field: str, what: str, records: list[Record], name: str, found: Summary) -> dict[str, Any]:
    values = [value for one in records if (value := value_of(one, name)) is not None]
    if len(values) < FEWEST:
        return {}
    return {field: {"values": _rising(values), "source": f"{_origin(found)}: {what}, {len(values)} answers"}}


def _rising(values: Iterable[float]) -> list[float]:
    return sorted(round(max(value, LEAST_MS), 3) for value in values)


def _origin(found: Summary) -> str:
    """probe of https://host/v1, model, 2026-11-22, 4 at once, reused connections"""
    head, kind = found.head, "reused" if found.reused else "new"
    return f"probe of {head.endpoint}, {head.model}, {head.began[:10]}, {found.level} at once, {kind} connections"
