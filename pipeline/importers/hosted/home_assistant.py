"""The importer of Home Assistant: debug data of runs of Assist pipelines.

Source: home-assistant/core, components/assist_pipeline: websocket_api.py (`pipeline_debug/get` gives `events`),
pipeline.py (when each event is sent), vad.py (silence 0.25, 0.7 or 1.25 s; 15 s after the begin of the audio a command
ends whether anybody speaks or not, and the event is the same as that of an end).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, entries, first_objects, group, number, objects, text
from pipeline.importers.moments import ms_of
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.exchange import Observed, Value, derived, measured
from pipeline.importers.observed.sessions import plain_name, turns_of_exchanges
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spoken_text import tokens
from stages.errors import RecordingError

SILENCE_MS = 700.0
"""VadSensitivity "default"; "aggressive" is 250, "relaxed" 1,250."""

COMMAND_MS = 300.0
"""Speech before a command counts as begun: `stt-vad-start` comes so long after the first sound."""

TIMEOUT_MS = 14_900.0
"""An end this long after the begin of the audio is the timeout of 15 s: audio comes in chunks of 10 ms."""

AT_ONCE_MS = 20.0
"""Speech that is ready so soon is only promised: later versions hand out an address before they synthesise."""

TYPES = frozenset({"run-start", "stt-start", "stt-vad-start", "stt-vad-end", "stt-end", "intent-start", "tts-start"})

_HOW = {
    "speech.end_ms": "from stt-vad-start to stt-vad-end, 300 ms more for its begin, less the silence; not of a timeout",
    "asr.final_ms": "from stt-vad-end to stt-end: recognition after the turn has ended",
    "llm.lead_ms": "from stt-end to intent-start, and as much of recognition as comes after the silence",
    "llm.ttft_ms": "from intent-start to the first text in intent-progress, else to intent-end",
    "tts.ttfb_ms": "from tts-start to tts-end, where that is not at once",
    "response_ms": "no event tells when the speaker begins to sound",
}


class AssistOptions(LogOptions):
    """The options of Assist runs, and what they do not say."""

    silence_ms: Annotated[float, Field(ge=0, le=10_000)] = Field(
        SILENCE_MS, description="silence of the VAD: 250 (aggressive), 700 (default) or 1250 (relaxed)"
    )


@dataclass
class Run:
    """The events of one run: type -> time in ms since 1970 and data, of the first of its type."""

    where: str
    first: dict[str, tuple[float, Object]] = field(default_factory=dict)
    text_at: float | None = None

    def at(self, kind: str) -> float | None:
        """When the first event of a type was sent."""
        return self.first[kind][0] if kind in self.first else None

    def data(self, kind: str) -> Object:
        """Its data."""
        return self.first[kind][1] if kind in self.first else {}

    def gap(self, start: str, end: str) -> float | None:
        """From one event to another; None: one is missing."""
        begin, done = self.at(start), self.at(end)
        return None if begin is None or done is None else done - begin

    @property
    def timed_out(self) -> bool:
        """Whether the command ended by the timeout, as far as the events show."""
        end = number(self.data("stt-vad-end"), "timestamp")
        woken = number(group(self.data("wake_word-end"), "wake_word_output"), "timestamp") or 0.0
        audio = end is not None and end - woken >= TIMEOUT_MS
        waited = self.gap("stt-start", "stt-vad-end")
        return audio or (waited is not None and waited >= TIMEOUT_MS)


class HomeAssistant:
    """The importer of Assist runs."""

    name = "home-assistant"
    reads = "Home Assistant: debug data of Assist pipeline runs (assist_pipeline/pipeline_debug/get, or the download)"
    options = AssistOptions

    def recognise(self, file: File) -> str | None:
        """By the types of events."""
        known = any(_is_event(one) for held in first_objects(file) for run in _runs(held) for one in run[:20])
        return "debug data of Home Assistant's Assist" if known else None

    def read(self, files: Sequence[File], options: AssistOptions) -> Reading:
        """A turn a run that somebody spoke; a file is a session."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(_HOW))
        sessions = (_session(file, options, findings) for file in {file.path: file for file in files}.values())
        return Reading(turns_of_exchanges(sessions, options, findings), findings)


def _runs(held: Object) -> Iterator[list[Any]]:
    """The lists of events in an object: a run, the answer of the WebSocket, or several runs under their names."""
    inner = group(held, "result") or group(held, "event")
    for one in (held, inner):
        if events := entries(one, "events"):
            yield events
            return
    if _is_event(held) or _is_event(inner):
        yield [held if _is_event(held) else inner]
        return
    for one in list(held.values())[:10_000]:
        if isinstance(one, dict) and (events := entries(one, "events")):
            yield events


def _is_event(held: Any) -> bool:
    return text(held, "type") in TYPES and ms_of(held.get("timestamp")) is not None


def _session(file: File, options: AssistOptions, findings: Findings) -> list[Observed]:
    runs: list[Run] = []
    for line, held in objects(file, findings):
        for events in _runs(held):
            for place, event in enumerate(events):
                if not isinstance(event, dict) or text(event, "type") is None:
                    continue
                if not runs or (place == 0 and len(events) > 1) or text(event, "type") == "run-start":
                    runs.append(Run(f"{file.path}:{line}"))
                _add(runs[-1], event)
    runs = [run for run in runs if run.first]
    if not runs:
        raise RecordingError("holds no events of an Assist pipeline", file=file.path)
    _count(runs, options, findings)
    session = plain_name(file.stem)
    return [_observed(run, session, options.silence_ms) for run in runs if "intent-start" in run.first and _heard(run)]


def _add(run: Run, event: Object) -> None:
    kind, at, data = text(event, "type") or "", ms_of(event.get("timestamp")), group(event, "data")
    if at is None:
        return
    run.first.setdefault(kind, (at, data))
    if kind == "intent-progress" and run.text_at is None and text(group(data, "chat_log_delta"), "content"):
        run.text_at = at


def _heard(run: Run) -> bool:
    return "stt-end" in run.first or "stt-vad-end" in run.first


def _count(runs: Sequence[Run], options: AssistOptions, findings: Findings) -> None:
    counts = findings.counts
    counts["runs without speech (typed, or only announced), left out"] += sum(not _heard(run) for run in runs)
    counts["runs that ended before the intent (no words, an error), left out"] += sum(
        _heard(run) and "intent-start" not in run.first for run in runs
    )
    counts["runs whose STT has its own VAD: the end of speech is not known"] += sum(
        "stt-end" in run.first and "stt-vad-end" not in run.first for run in runs
    )
    if timeouts := sum(run.timed_out for run in runs):
        findings.note(
            "doubtful",
            f"{timeouts:,} commands were ended by the timeout of 15 s, not by silence: when speech ended is not known "
            "of these; look for noise that the VAD takes for speech",
            field="speech.end_ms",
        )
    if any("stt-vad-end" in run.first for run in runs):
        findings.note(
            "doubtful",
            f"no event names the VAD's silence: {options.silence_ms:g} ms are taken; name yours with "
            "--option silence_ms=250 (aggressive), 700 (default) or 1250 (relaxed)",
            field="speech.end_ms",
        )


def _observed(run: Run, session: str, silence_ms: float) -> Observed:
    ended = "stt-vad-end" in run.first and not run.timed_out
    final = run.gap("stt-vad-end", "stt-end") if ended else None
    voice = run.gap("tts-start", "tts-end")
    return Observed(
        session=session,
        place=run.where,
        at_ms=run.at("stt-vad-start"),
        speech_ms=_speech(run, silence_ms) if ended else None,
        final_ms=measured(final),
        lead_ms=_lead(run, final, silence_ms),
        ttft_ms=_first_text(run),
        tokens=tokens(text(run.data("tts-start"), "tts_input") or ""),
        ttfb_ms=(measured(voice),) if voice is not None and voice > AT_ONCE_MS else (),
        early=False,
    )


def _speech(run: Run, silence_ms: float) -> Value | None:
    start, end = (number(run.data(kind), "timestamp") for kind in ("stt-vad-start", "stt-vad-end"))
    if start is None or end is None:
        return None
    length = end - start + COMMAND_MS - silence_ms
    return derived(length) if length > 0 else None


def _lead(run: Run, final: float | None, silence_ms: float) -> Value | None:
    """Recognition begins after the silence, the model lets it begin with it: what comes later for that is lead."""
    gap = run.gap("stt-end", "intent-start")
    return None if gap is None else derived(max(gap, 0.0) + min(max(final or 0.0, 0.0), silence_ms))


def _first_text(run: Run) -> tuple[Value | None, ...]:
    start = run.at("intent-start")
    if start is not None and run.text_at is not None:
        return (measured(run.text_at - start),)
    whole = run.gap("intent-start", "intent-end")
    return () if whole is None else (derived(whole),)
