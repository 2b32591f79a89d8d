"""The importer of audio: calls with a channel or a file for each side, or one channel with labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.importers.audio.calls import Call, calls
from pipeline.importers.audio.labels import is_labels
from pipeline.importers.audio.options import AudioOptions
from pipeline.importers.audio.sound_file import format_of
from pipeline.importers.audio.sound_timeline import timeline_of
from pipeline.importers.files import File
from pipeline.importers.observed.building import fields_known
from pipeline.importers.observed.sessions import turns_of
from pipeline.importers.observed.timeline import Timeline
from pipeline.importers.report import Findings, Reading, SoundPlaces
from stages.audio_models.packages import INSTALL, Model, end_of_turn_model, vad_model
from stages.errors import InputError
from stages.i18n import say

NOT_HEARD = "not to be heard in audio"

HOW = {
    "speech.end_ms": "from the user's first speech to its end, as the VAD and the level of the sound have them",
    "speech.pauses": "silences between stretches of the user's speech, with the score of the end-of-turn model at each",
    "speech.eot_score": "Smart-Turn, on the last 8 s of the turn and the silence after it",
    "speech.eot_delay_ms": "not known: it is that of the agent's own machine",
    "speech.release_ms": "how much later than the level of the sound Silero's VAD hears speech end; median of the call",
    "speech.onset_lag_ms": "the same of its begin",
    "network.up_ms": "0: what is measured is what was recorded, at the point where that was done",
    "network.down_ms": "0: what is measured is what was recorded, at the point where that was done",
    **dict.fromkeys(("asr.final_ms", "asr.interim_ms", "llm.lead_ms", "llm.ttft_ms", "llm.tools"), NOT_HEARD),
    **dict.fromkeys(("llm.token_ms", "llm.clause_tokens", "llm.sentence_tokens", "tts.ttfb_ms"), NOT_HEARD),
    "llm.reply_tokens": "the length of the reply over 250 ms a token; of one that the user stopped not known",
    "tts.ms_per_token": "the length of the reply over its tokens, so that both together are the length that was heard",
    "overlaps": "the user's speech over the agent's; its kind by whether the agent stopped, its length and its words; "
    "echo where it has the shape of what the agent said",
    "response_ms": "from the end of the user's speech to the agent's first sound",
}
"""How each field is known."""


class Audio:
    """The importer of audio."""

    name = "audio"
    reads = "audio of calls: WAV, FLAC, Opus or MP3 with the user and the agent on a channel or in a file each"
    options = AudioOptions

    def recognise(self, file: File) -> str | None:
        """By its first bytes; labels by the form of their first line."""
        if name := format_of(file.head):
            return f"sound ({name})"
        return "labels of who speaks when" if is_labels(file.head) else None

    def read(self, files: Sequence[File], options: AudioOptions) -> Reading:
        """The turns of every call, a session each."""
        findings = Findings(self.name, tuple(file.path for file in files), fields_known(HOW), sound=SoundPlaces())
        found = vad_model()
        model = _end_of_turn(options, findings)
        findings.note("info", say("audio.models", vad=found.package, threshold=options.vad_threshold))
        held = calls(files, options)
        _require_one(held, options)

        def timelines() -> Iterator[Timeline]:
            for call in held:
                yield timeline_of(call, options, model, findings)

        return Reading(turns_of(timelines(), options, findings), findings)


def _require_one(held: Sequence[Call], options: AudioOptions) -> None:
    """Raises InputError where one transcript or label file is given for several calls."""
    given = next((name for name in ("transcript", "labels") if getattr(options, name) is not None), None)
    if given is not None and len(held) > 1:
        raise InputError(f"--{given} is of one call, and {len(held)} are given: import each with its own")


def _end_of_turn(options: AudioOptions, findings: Findings) -> Model | None:
    """The model, where scores are wanted and it is installed; what is missing is noted."""
    if not options.scores:
        return None
    model = end_of_turn_model()
    if model is None:
        findings.note("doubtful", say("audio.no_scores", command=INSTALL), field="speech.eot_score")
    else:
        findings.note("info", say("audio.scores", model=f"{model.path.stem}, {model.package}"))
    return model
