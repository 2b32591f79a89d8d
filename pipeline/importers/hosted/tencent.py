"""The importer of Tencent TRTC: metric messages of its conversational AI.

Source: trtc.io/document/68334 (cloud.tencent.com/document/product/647/115504): custom messages of type 10020, one a
metric, joined by the round. asr_latency includes VadSilenceTime; llm_first_token and tts_first_frame_latency include
the network of their request. The page names no unit; ms are what its SDK demos show.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import SETTING, LogOptions
from pipeline.importers.json_values import Object, first_objects, group, number, objects, text
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed, derived, measured
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading, VendorSettings
from stages.errors import RecordingError

METRIC = 10020

_HOW = {
    "asr.final_ms": "asr_latency less VadSilenceTime, which it includes; not known where that is not named",
    "llm.ttft_ms": "llm_first_token, with the network of the request",
    "tts.ttfb_ms": "tts_first_frame_latency, with the network of the request",
    "response_ms": "no metric tells the whole",
}


class TencentOptions(LogOptions):
    """The options of TRTC's metrics, and what they do not say."""

    vad_silence_ms: Annotated[float, Field(ge=0, le=10_000)] | None = Field(
        None,
        description="VadSilenceTime in force, which asr_latency includes",
        json_schema_extra={SETTING: "endpointing.silence_ms"},
    )


@dataclass
class Round:
    """The metrics of one round."""

    where: str
    metrics: dict[str, float] = field(default_factory=dict)


class Tencent:
    """The importer of TRTC's metric messages."""

    name = "trtc"
    reads = "Tencent TRTC conversational AI: metric messages (type 10020), the start request beside them"
    options = TencentOptions

    def recognise(self, file: File) -> str | None:
        """By the type of a message, or the STTConfig of a start request."""
        for held in first_objects(file):
            if _message(held) is not None:
                return "metric messages of Tencent TRTC"
            if _is_start(held):
                return "the start request of Tencent TRTC's conversational AI"
        return None

    def read(self, files: Sequence[File], options: TencentOptions) -> Reading:
        """A turn a round; a sender in a file is a session."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(_HOW))
        return Reading(turns_of_exchanges(_sessions(files, options, findings), options, findings), findings)


def _message(held: Object) -> Object | None:
    """The message that an object is, or that a captured line holds."""
    for one in (held, *(group(held, key) for key in ("message", "data", "msg"))):
        if number(one, "type") == METRIC and text(group(one, "payload"), "metric"):
            return one
    return None


def _is_start(held: Object) -> bool:
    return "VadSilenceTime" in group(held, "STTConfig") and ("RoomId" in held or "AgentConfig" in held)


def _sessions(files: Sequence[File], options: TencentOptions, findings: Findings) -> Iterator[list[Observed]]:
    held: dict[str, dict[str, Round]] = {}
    silence = options.vad_silence_ms
    for file in {file.path: file for file in files}.values():
        known = 0
        for line, one in objects(file, findings):
            if _is_start(one):
                known += 1
                findings.vendor = VendorSettings(target="tencent", document=json.dumps(one), source=file.path)
                silence = silence if silence is not None else number(group(one, "STTConfig"), "VadSilenceTime")
            elif (message := _message(one)) is not None:
                known += 1
                _add(held, message, file.stem, f"{file.path}:{line}", findings)
        if not known:
            raise RecordingError("holds no metric messages of TRTC (type 10020)", file=file.path)
    if silence is None:
        findings.note(
            "doubtful",
            "asr_latency includes VadSilenceTime, which no message names: give the start request beside them, or name "
            "it with --option vad_silence_ms=MS",
            field="asr.final_ms",
        )
    for name, rounds in held.items():
        session = plain_name(name)
        findings.counts["replies that were interrupted"] += sum(
            "interruption" in one.metrics for one in rounds.values()
        )
        yield [_observed(one, session, silence) for one in rounds.values() if _said(one)]


def _add(held: dict[str, dict[str, Round]], message: Object, stem: str, where: str, findings: Findings) -> None:
    payload = group(message, "payload")
    tag = group(payload, "tag")
    name, value = text(payload, "metric") or "", number(payload, "value")
    place = text(tag, "roundid") or text(payload, "roundid")
    if place is None or value is None:
        findings.fault("impossible", where)
        return
    sender = text(message, "sender")
    rounds = held.setdefault(f"{stem}-{sender}" if sender else stem, {})
    rounds.setdefault(place, Round(where)).metrics.setdefault(name, value)


def _said(one: Round) -> bool:
    return any(name in one.metrics for name in ("asr_latency", "llm_first_token", "tts_first_frame_latency"))


def _observed(one: Round, session: str, silence: float | None) -> Observed:
    held = one.metrics
    heard = held.get("asr_latency")
    return Observed(
        session=session,
        place=one.where,
        final_ms=None if heard is None or silence is None else derived(max(heard - silence, 0.0)),
        end_of_turn_ms=measured(heard),
        ttft_ms=(measured(held["llm_first_token"]),) if "llm_first_token" in held else (),
        ttfb_ms=(measured(held["tts_first_frame_latency"]),) if "tts_first_frame_latency" in held else (),
    )
