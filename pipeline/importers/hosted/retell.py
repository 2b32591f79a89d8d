"""The importer of Retell: call records with the times of words, and latencies a call.

Source: retell-sdk 6.2.13, `WebCallResponse`. Latencies are in ms, words in seconds of the call's audio and not exact,
as Retell says itself. A latency does not say which reply it is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.importers.files import File
from pipeline.importers.hosted.calls import Call, calls, has_call
from pipeline.importers.importer import LogOptions
from pipeline.importers.json_values import Object, entries, flag, group, number, text
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.sessions import turns_of
from pipeline.importers.observed.timeline import Commit, Draw, Final, Measure, Request, Synthesis, Timeline
from pipeline.importers.observed.words import Word, stretches, words_of
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spoken_text import Tokens, tokens
from stages.turn import Turn

APART_MS = 50.0
"""By so much the parts of a reply may exceed its whole: they are measured elsewhere."""

HOW = {
    "speech.end_ms": "from the user's first word to the last, whose times are not exact",
    "speech.pauses": "gaps of 200 ms or more between the user's words, whose times are not exact",
    "asr.final_ms": "Retell's latency of the ASR counts from the audio streamed, not from the end of speech",
    "llm.ttft_ms": "to the first speakable words, in order of the replies, where there are as many",
    "tts.ttfb_ms": "from the request to the first byte, in order of the replies, where there are as many",
    "tts.ms_per_token": "length of the reply's words over its tokens",
    "overlaps": "the user's words over the agent's; which kind it was is a guess",
    "response_ms": "e2e of Retell where there are as many as replies, else from the times of words",
}
STAGES = {"llm": "LLM", "tts": "TTS", "s2s": "speech-to-speech model", "e2e": "response"}


QUANTILES = ("p50", "p90", "p95", "p99")
"""Those that a table of typed figures may have too."""


class Retell:
    """The importer of Retell."""

    name = "retell"
    reads = "Retell: calls from its API or a webhook, with the times of words and the latencies"
    options = LogOptions

    def recognise(self, file: File) -> str | None:
        """By the keys of a call."""
        return "a call record of Retell" if has_call(file, is_call) else None

    def read(self, files: Sequence[File], options: LogOptions) -> Reading:
        """The turns of all calls."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(HOW))
        return Reading(_turns(files, options, findings), findings)


def is_call(held: Object) -> bool:
    """Whether an object is a call of Retell."""
    if text(held, "call_id") is None:
        return False
    return text(held, "call_type") in ("web_call", "phone_call") or any(
        key in held for key in ("transcript_object", "transcript_with_tool_calls", "latency")
    )


@dataclass
class _Unjoined:
    """Latencies that no reply is known to have."""

    values: dict[str, list[float]] = field(default_factory=dict)
    quantiles: int = 0
    typed: dict[str, str] = field(default_factory=dict)
    """Stage -> the line that types its quantiles into a table, of the first call that has quantiles and no values."""

    def note(self, findings: Findings) -> None:
        """Say what they are, at the end."""
        for stage, values in self.values.items():
            low, high = _quantile(values, 0.5), _quantile(values, 0.95)
            findings.note(
                "doubtful",
                f"{len(values)} latencies of the {STAGES[stage]} are in no turn, as it is not known of which "
                f"reply each is: p50 {low:,.0f} ms, p95 {high:,.0f} ms",
            )
        findings.counts["latencies of which a call has quantiles and no values"] += self.quantiles
        if self.typed:
            lines = "\n".join((",".join(("stage", *QUANTILES)), *self.typed.values()))
            findings.note(
                "lost",
                "quantiles of latencies are in no turn, as they do not say which reply is whose. For a first answer "
                f"from assumed turns save these lines as figures.csv and give that instead of the call:\n{lines}",
            )


def _quantile(values: list[float], share: float) -> float:
    held = sorted(values)
    return held[min(int(share * len(held)), len(held) - 1)]


def _turns(files: Sequence[File], options: LogOptions, findings: Findings) -> Iterator[Turn]:
    unjoined = _Unjoined()
    found = calls(files, findings, is_call, lambda record: text(record, "call_id"))
    yield from turns_of((_timeline(call, unjoined) for call in found), options, findings)
    unjoined.note(findings)


@dataclass(frozen=True)
class _Reply:
    """What the agent said between two utterances of the user."""

    name: str
    words: tuple[Word, ...]
    tokens: Tokens | None
    answers: bool
    """Whether the user spoke before it."""


def _timeline(call: Call, unjoined: _Unjoined) -> Timeline:
    timeline = Timeline(call.name)
    said = entries(call.record, "transcript_object") or entries(call.record, "transcript_with_tool_calls")
    utterances = [one for one in said if isinstance(one, dict)]
    user = sorted(
        (word for one in utterances if text(one, "role") == "user" for word in words_of(entries(one, "words"))),
        key=lambda word: word.start,
    )
    timeline.speech = stretches(user)
    timeline.heard = [Final(word.end, 1) for word in user]
    replies = _replies(utterances)
    for reply in replies:
        timeline.agent += stretches(reply.words, reply=reply.name)
    answers = [reply for reply in replies if reply.answers]
    latency = group(call.record, "latency")
    whole = _values(latency, "e2e", unjoined)
    if not timeline.speech or not timeline.agent:
        timeline.speech, answers = [], [_Reply(f"reply-{place}", (), None, True) for place in range(len(whole))]
        timeline.commits = [Commit(1000.0 * place, one.name) for place, one in enumerate(answers)]
    _join(timeline, answers, len(replies), whole, latency, unjoined)
    return timeline


def _replies(utterances: list[Object]) -> list[_Reply]:
    """The agent's, in order, those of one turn together; its backchannels are no replies."""
    found: list[_Reply] = []
    heard = spoken = False
    for one in utterances:
        role = text(one, "role")
        if role == "user":
            heard, spoken = heard or bool(entries(one, "words")), False
        if role != "agent" or flag(group(one, "metadata"), "is_backchannel"):
            continue
        words, counted = tuple(words_of(entries(one, "words"))), tokens(text(one, "content") or "")
        if not words:
            continue
        if spoken:
            before = found[-1]
            found[-1] = _Reply(before.name, before.words + words, _sum(before.tokens, counted), before.answers)
        else:
            found.append(_Reply(f"reply-{len(found)}", words, counted, heard))
        heard, spoken = False, True
    return found


def _sum(first: Tokens | None, after: Tokens | None) -> Tokens | None:
    if first is None or after is None or first.reply is None or after.reply is None:
        return first or after
    return Tokens(first.clause, first.sentence, first.reply + after.reply)


def _values(latency: Object, stage: str, unjoined: _Unjoined) -> list[float]:
    """The latencies of a stage in their order."""
    held = group(latency, stage)
    values = entries(held, "values")
    found = [value for place in range(len(values)) if (value := number({"value": values[place]}, "value")) is not None]
    if not found and number(held, "p50") is not None:
        unjoined.quantiles += 1
        numbers = (number(held, name) for name in QUANTILES)
        unjoined.typed.setdefault(stage, ",".join((stage, *("" if one is None else f"{one:g}" for one in numbers))))
    return found


def _join(
    timeline: Timeline, answers: list[_Reply], spoken: int, whole: list[float], latency: Object, unjoined: _Unjoined
) -> None:
    """Give each reply its latencies, where their number says which is whose."""
    e2e = whole if len(whole) == len(answers) else []
    llm, tts = (_fitting(_values(latency, stage, unjoined), len(answers), spoken) for stage in ("llm", "tts"))
    if not llm:
        llm = _fitting(_values(latency, "s2s", unjoined), len(answers), spoken)
        tts = [0.0] * len(llm) if llm and not tts else tts
    if any(parts > most + APART_MS for parts, most in zip(_together(llm, tts, len(answers)), e2e, strict=False)):
        llm, tts = [], []
    for place, reply in enumerate(answers):
        at = reply.words[0].start if reply.words else 1000.0 * place + 1
        if e2e:
            timeline.measures.append(Measure(at, e2e[place], reply.name))
        draws = (Draw(llm[place], derived=True),) if llm else ()
        timeline.requests.append(Request(at - 1, draws, timed=False, reply=reply.name, tokens=reply.tokens))
        if tts:
            timeline.syntheses.append(Synthesis(None, (Draw(tts[place], derived=True),), reply.name))
    for stage, joined in (("e2e", e2e), ("llm", llm), ("tts", tts)):
        values = _values(latency, stage, _Unjoined())
        if values and not joined:
            unjoined.values.setdefault(stage, []).extend(values)


def _fitting(values: list[float], answers: int, spoken: int) -> list[float]:
    """A value an answer: there are as many, or one more for what the agent said first; else none."""
    if len(values) == answers:
        return values
    return values[spoken - answers :] if answers and len(values) == spoken else []


def _together(llm: list[float], tts: list[float], count: int) -> list[float]:
    return [(llm[place] if llm else 0.0) + (tts[place] if tts else 0.0) for place in range(count)]
