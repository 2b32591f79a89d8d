"""xiaozhi-esp32-server: the VAD and the synthesis timeout in `data/.config.yaml`.

Source: xinnan-tech/xiaozhi-esp32-server, main/xiaozhi-server: config.yaml, core/providers/vad/silero.py,
core/handle/receiveAudioHandle.py. The server publishes no ranges.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuner.formats.yaml_text import Yaml
from tuner.space.deployable import follows
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Rule, Theirs, direct, times
from tuner.targets.target import Target

CONFIG = "xiaozhi-esp32-server config.yaml"
CODE = "xiaozhi-esp32-server core/providers/vad/silero.py"
SILERO = "VAD.SileroVAD"
WINDOW_MS = 32
"""Its VAD looks at windows of this length, and at the last five of them."""
PACKET_MS = 60
"""Of Opus, as the devices send it: the server sees silence grow in such steps."""

MODULE = Field(
    "selected_module.VAD", "text", default="SileroVAD", source=CONFIG, note="another has an entry of its own"
)
SILENCE = Field(f"{SILERO}.min_silence_duration_ms", "integer", "ms", 0, 2000, default=200, source=CONFIG)
VOICED = Field(
    f"{SILERO}.frame_window_threshold",
    "integer",
    low=1,
    high=5,
    default=3,
    source=CODE,
    note=f"of the last five windows of {WINDOW_MS} ms; not in every version",
)
THRESHOLD = Field(f"{SILERO}.threshold", "number", low=0, high=1, default=0.5, source=CONFIG, note="what is voice")
LOWER = Field(f"{SILERO}.threshold_low", "number", low=0, high=1, default=0.3, source=CONFIG, note="what is none")
TYPE = Field(f"{SILERO}.type", "text", default="silero", source=CONFIG)
MODEL = Field(f"{SILERO}.model_dir", "text", source=CONFIG)
IDLE = Field(
    "close_connection_no_voice_time", "integer", "s", 1, 86_400, default=120, source=CONFIG, note="then it hangs up"
)
TTS = Field("tts_timeout", "integer", "s", 1, 60, 1, default=10, reads=(1, 3600), source=CONFIG)

SILENCES = ("endpointing.silence_ms", "vad.silence_ms")
VOICES = ("barge_in.min_speech_ms", "endpointing.onset_ms", "barge_in.withdraw_ms")


def _rules() -> tuple[Rule, ...]:
    wait = Rule(
        SILENCES,
        (SILENCE.path,),
        lambda given: dict.fromkeys(SILENCES, SILENCE.ms(given[SILENCE.path])),
        lambda ours: {SILENCE.path: SILENCE.of_ms(ours["endpointing.silence_ms"])},
        {"endpointing.silence_ms": times(SILENCE)},
        "the VAD's silence ends the turn, so one value makes both",
    )
    voice = Rule(
        VOICES,
        (VOICED.path,),
        lambda given: dict.fromkeys(VOICES, float(WINDOW_MS * given[VOICED.path])),
        lambda ours: {VOICED.path: VOICED.nearest(ours["barge_in.min_speech_ms"] / WINDOW_MS)},
        {"barge_in.min_speech_ms": tuple(float(WINDOW_MS * count) for count in range(1, 6))},
        f"so many windows of {WINDOW_MS} ms; any voice begins a turn, and stops the agent",
    )
    return (wait, voice, direct("tts.timeout_ms", TTS))


STACK = {
    "endpointing.eot_threshold": Fixed(None, "the server asks no end-of-turn model"),
    "endpointing.counts_from": Fixed("speech", "the server counts from the last packet with voice"),
    "eager.on": Fixed("off", "the server starts the LLM at the transcript"),
    "asr.final_timeout_ms": Fixed(10_000.0, "the server waits for the transcript of what was said"),
    "asr.empty_timeout_ms": Fixed(None, "the server waits for the transcript as long as it takes"),
    "barge_in.mode": Fixed("interrupt", "voice that the server hears over the agent stops it"),
    "barge_in.on_voice": Fixed(True, "voice that the server hears over the agent stops it"),
    "barge_in.on_words": Fixed("off", "the server stops the agent on voice, and counts no words"),
    "barge_in.min_words": Fixed(0, "the server stops the agent on voice, and counts no words"),
    "barge_in.hangover": Fixed(False, "the server counts voice alone"),
    "barge_in.score_threshold": Fixed(None, "the server has no interruption model"),
    "barge_in.guard_ms": Fixed(0.0, "the server guards nothing"),
    "barge_in.guard_first_ms": Fixed(0.0, "the server guards nothing but a second after the wake word"),
    "barge_in.resume_ms": Fixed(None, "the server does not take up a reply again"),
}
ELSEWHERE = {
    "llm": "the server has no such setting: set it in your LLM service, or in the provider's own code",
    "filler": "enable_wakeup_words_response_cache is the nearest: a stored answer to the wake word",
}
NOT_THERE = "the server has no setting for it, and how it does it differs by version"
BEYOND = dict.fromkeys(("endpointing", "eager", "asr", "tts", "playout"), NOT_THERE)
NOTES = (
    f"Audio comes in Opus packets of {PACKET_MS} ms: silence is seen in such steps, so a wait acts up to "
    f"{PACKET_MS} ms late.",
    f"Voice counts until fewer than `frame_window_threshold` of the last five windows of {WINDOW_MS} ms have any: that "
    "lag is in a recording's `speech.release_ms`.",
    "In the device's mode `auto` it sends no sound while the agent speaks: only the wake word stops the agent then, "
    "and no setting of barge-in acts. Without echo cancellation a device in `realtime` mode hears itself.",
    "Write the settings to `data/.config.yaml`, which goes before `config.yaml`; with the web console neither is read.",
)


def _doubts(given: Theirs) -> Iterable[str]:
    if given[MODULE.path] != "SileroVAD":
        yield f"selected_module.VAD is {given[MODULE.path]}: read from the entry of SileroVAD all the same"
    if given[VOICED.path] != VOICED.default:
        yield (
            f"frame_window_threshold is {given[VOICED.path]}: versions that do not read it count {VOICED.default} "
            "windows; look for it in your server's vad/silero.py"
        )


XIAOZHI = Target(
    name="xiaozhi",
    title="xiaozhi-esp32-server",
    format=Yaml(),
    fields=(MODULE, SILENCE, VOICED, THRESHOLD, LOWER, TYPE, MODEL, IDLE, TTS),
    rules=_rules(),
    couplings=(
        follows("vad.silence_ms", "endpointing.silence_ms"),
        follows("endpointing.onset_ms", "barge_in.min_speech_ms"),
        follows("barge_in.withdraw_ms", "barge_in.min_speech_ms"),
    ),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    scopes=(SILERO,),
    doubts=_doubts,
    signs=(r"\bxiaozhi\b", r"(?m)^selected_module:"),
    notes=NOTES,
)

TARGETS = (XIAOZHI,)
