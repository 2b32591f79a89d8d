"""Pipecat's stop strategies of 0.0.99 to 0.0.101: half a second after the last transcript the turn is over.

Source: pipecat-ai 0.0.99 to 0.0.101, turns/user_stop. At the VAD's report with words at hand and no interim open the
turn ends at once; else `timeout` after the last transcript. With Smart-Turn every turn waits so long after its yes.
"""

from __future__ import annotations

from typing import Any

from tuner.space.deployable import Coupling, at_least, follows
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, direct, times
from tuner.targets.vendors.pipecat.fields import SMART_STOP, STOP, WINDOW_MS, seconds
from tuner.targets.vendors.pipecat.rules import SILENCES, in_windows, windows_ms

SETTLE = seconds("TranscriptionUserTurnStopStrategy.timeout", 0.5, 3, "after the last transcript")
SMART_SETTLE = seconds(
    "TurnAnalyzerUserTurnStopStrategy.timeout", 0.5, 3, "after Smart-Turn's yes: every turn waits so"
)
UNASKED = Fixed(None, "the transcription strategy asks no model")
STACK = {
    "asr.final_timeout_ms": Fixed(
        5000.0, "this version of Pipecat waits for the transcript until its watchdog ends the turn"
    ),
    "asr.empty_timeout_ms": Fixed(
        5000.0, "this version of Pipecat waits for the transcript until its watchdog ends the turn"
    ),
}
NAMES = ("vad.silence_ms", "endpointing.silence_ms", "endpointing.max_silence_ms")


def rules(smart: bool) -> tuple[Rule, ...]:
    """How these strategies' waits are ours."""
    if not smart:
        return (_one_silence(), direct("asr.late_final_ms", SETTLE, values=()))
    return (_silence(), _patience(), direct("asr.late_final_ms", SMART_SETTLE, values=()))


def couplings(smart: bool) -> tuple[Coupling, ...]:
    """What follows from what."""
    if not smart:
        return (follows(NAMES[1], NAMES[0]), follows(NAMES[2], NAMES[0]))
    return (
        Coupling(NAMES[1], (NAMES[0], "asr.late_final_ms"), lambda vad, settle: vad + settle, "the VAD's and timeout"),
        at_least(NAMES[2], NAMES[1]),
    )


def _there(ours: Ours) -> dict[str, Any]:
    return {STOP.path: in_windows(STOP, ours["vad.silence_ms"])}


def _one_silence() -> Rule:
    return Rule(
        NAMES,
        (STOP.path,),
        lambda given: dict.fromkeys(NAMES, windows_ms(STOP, given)),
        _there,
        {NAMES[0]: SILENCES},
        f"in windows of {WINDOW_MS} ms: with words at hand the turn ends at the VAD's report",
    )


def _silence() -> Rule:
    def read(given: Theirs) -> dict[str, Any]:
        vad = windows_ms(STOP, given)
        return {NAMES[0]: vad, NAMES[1]: vad + SMART_SETTLE.ms(given[SMART_SETTLE.path])}

    return Rule(
        NAMES[:2],
        (STOP.path, SMART_SETTLE.path),
        read,
        _there,
        {NAMES[0]: SILENCES},
        f"in windows of {WINDOW_MS} ms, and the timeout after Smart-Turn's yes",
    )


def _patience() -> Rule:
    def read(given: Theirs) -> dict[str, Any]:
        wait = max(SMART_STOP.ms(given[SMART_STOP.path]), SMART_SETTLE.ms(given[SMART_SETTLE.path]))
        return {NAMES[2]: windows_ms(STOP, given) + wait}

    def write(ours: Ours) -> dict[str, Any]:
        vad = WINDOW_MS * round(ours[NAMES[0]] / WINDOW_MS)
        return {SMART_STOP.path: SMART_STOP.of_ms(ours[NAMES[2]] - vad)}

    return Rule(
        (NAMES[2],),
        (SMART_STOP.path, STOP.path, SMART_SETTLE.path),
        read,
        write,
        {NAMES[2]: times(SMART_STOP, 100, 4000)},
        "the VAD's silence and this",
    )
