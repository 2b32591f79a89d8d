"""What is heard in a call as the events of a session: who speaks when, echoes, and scores at each pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from pipeline.importers.audio.calls import Call
from pipeline.importers.audio.channels import Sides, sides
from pipeline.importers.audio.echo import Echo, copy_of_two, echo_of, is_echo
from pipeline.importers.audio.end_of_turn import Asked, scores
from pipeline.importers.audio.hearing import FRAME_MS, SILENT_DB, Heard, heard
from pipeline.importers.audio.labels import labels_of, masks, roles
from pipeline.importers.audio.options import AudioOptions
from pipeline.importers.audio.replies import replies
from pipeline.importers.audio.stretches import Stretch, stretches
from pipeline.importers.audio.transcripts import of_user, words_of
from pipeline.importers.files import File
from pipeline.importers.observed.timeline import Final, Score, Sound, Timeline
from pipeline.importers.report import Findings
from stages.audio_models.packages import Model
from stages.audio_models.vad import WINDOW_MS
from stages.errors import RecordingError
from stages.i18n import say

NOMINAL_TOKEN_MS = 250.0
"""How long a token sounds: English speech has about four tokens a second (150 words a minute, 1.6 tokens a word with
its marks). The length of a reply is measured; its tokens are that over this."""

LENGTHS_APART_MS = 2_000.0
"""Files of one call may differ in length by so much before it is noted."""

SAME_LEVELS_DB, LOUD_DB = 1.0, -50.0
"""Channels whose levels differ by less, where one is louder than this, hold one sound twice."""


class ChannelsInDoubt(RecordingError):
    """Nothing in the sound says which channel is the user's."""


@dataclass(frozen=True)
class Spoken:
    """The speech of a call by who speaks, what the user's microphone picks up of the agent, and the user's channel."""

    user: list[Stretch]
    agent: list[Stretch]
    echoes: list[Stretch]
    channel: int


def timeline_of(call: Call, options: AudioOptions, model: Model | None, findings: Findings) -> Timeline:
    """The events of a call, in ms of its sound. `model`: of end-of-turn scores; None: there are none."""
    found = heard(call.files)
    _note_reading(call, found, findings)
    spoken = _by_labels(call, found, options, findings) if call.labels else _by_channel(call, found, options, findings)
    said = replies(spoken.agent, spoken.user, options.reply_gap_ms, findings)
    if findings.sound is not None:
        findings.sound.files[call.name] = tuple(file.path for file in call.files)
        findings.sound.user[call.name] = spoken.channel
    timeline = Timeline(call.name, token_ms=NOMINAL_TOKEN_MS)
    timeline.speech = [Sound(one.start, one.end) for one in spoken.user]
    timeline.agent = [Sound(one.start, one.end) for one in said]
    timeline.echoes = [Sound(one.start, one.end) for one in spoken.echoes]
    timeline.release_ms = _middle([one.release_ms for one in spoken.user])
    timeline.onset_lag_ms = _middle([one.onset_lag_ms for one in spoken.user])
    if options.transcript is not None:
        timeline.heard = _heard(options, found, spoken, findings)
    if model is not None:
        timeline.scores = _scores(call, spoken, said, options, model)
    return timeline


def _heard(options: AudioOptions, found: Heard, spoken: Spoken, findings: Findings) -> list[Final]:
    """The user's words by the time of their end."""
    words = words_of(File(options.transcript or ""), options.user_label, found.ms)
    mine = of_user(words, spoken.user)
    findings.counts["words of the user in the transcript"] += sum(one.words for one in mine)
    return [Final(one.end, one.words) for one in mine]


def _middle(lags: Sequence[float | None]) -> float | None:
    known = [lag for lag in lags if lag is not None]
    return median(known) if known else None


def _by_channel(call: Call, found: Heard, options: AudioOptions, findings: Findings) -> Spoken:
    """Of a call with two channels."""
    _require_both(call, found)
    speech = [_stretches(found, place, options) for place in range(2)]
    heard_back = [_echo_in(found, speech, place) for place in range(2)]
    side = _sides(call, found, speech, heard_back, options, findings)
    mine, other = speech[side.user], speech[1 - side.user]
    echo, crosstalk = heard_back[side.user], heard_back[1 - side.user]
    if echo is not None and crosstalk is not None:
        copy = copy_of_two(echo, crosstalk)
        echo, crosstalk = (echo, None) if copy is echo else (None, crosstalk)
    echoes = _copies(found, mine, 1 - side.user, side.user, echo)
    copies = _copies(found, other, side.user, 1 - side.user, crosstalk)
    if echoes and echo is not None:
        findings.fault("agent_heard", f"{call.name} {echo.ms:.0f} ms later", len(echoes))
    findings.fault("user_heard", call.name, len(copies))
    return Spoken(_without(mine, echoes), _without(other, copies), echoes, side.user)


def _sides(
    call: Call,
    found: Heard,
    speech: Sequence[Sequence[Stretch]],
    heard_back: Sequence[Echo | None],
    options: AudioOptions,
    findings: Findings,
) -> Sides:
    """Whose channel is whose; in doubt it is asked, or the left one is taken and that is a fault."""
    echo_in = next((place for place in range(2) if heard_back[place] and not heard_back[1 - place]), None)
    side = Sides(0, "by the names of the files") if call.named else None
    if side is None or options.user_side in ("left", "right"):
        side = sides(found, speech, echo_in, options.user_side)
    if side.in_doubt and options.user_side == "ask":
        raise ChannelsInDoubt(
            "which channel is the user's is in doubt: name it with --user left or right", file=call.place
        )
    findings.fault("channels", call.name, side.in_doubt)
    names = ("left", "right") if len(call.files) == 1 else tuple(file.name for file in call.files)
    findings.note("info", say("audio.user", call=call.name, channel=names[side.user], why=side.why))
    return side


def _echo_in(found: Heard, speech: Sequence[Sequence[Stretch]], place: int) -> Echo | None:
    return echo_of(found.levels[1 - place], found.levels[place], speech[1 - place])


def _copies(found: Heard, mine: Sequence[Stretch], source: int, place: int, echo: Echo | None) -> list[Stretch]:
    """The stretches of a channel that are what the other one says."""
    if echo is None:
        return []
    return [one for one in mine if is_echo(found.levels[source], found.levels[place], one, echo)]


def _without(held: Sequence[Stretch], gone: Sequence[Stretch]) -> list[Stretch]:
    left = set(gone)
    return [one for one in held if one not in left]


def _by_labels(call: Call, found: Heard, options: AudioOptions, findings: Findings) -> Spoken:
    """Of a call with one channel: the labels say who speaks, the VAD when."""
    if call.labels is None or len(found.speech) != 1:
        raise RecordingError("has two channels already; leave --labels out", file=call.place)
    by_role = roles(labels_of(call.labels), options.user_label, call.labels)
    windows = masks(by_role, found.speech.shape[1], WINDOW_MS)
    frames = masks(by_role, found.levels.shape[1], FRAME_MS)
    user, agent = (
        stretches(
            np.where(windows[role], found.speech[0], 0),
            np.where(frames[role], found.levels[0], SILENT_DB),
            options.vad_threshold,
            options.min_silence_ms,
            options.min_speech_ms,
        )
        for role in ("user", "agent")
    )
    outside = (found.speech[0] >= options.vad_threshold) & ~(windows["user"] | windows["agent"])
    findings.counts["ms of speech outside of all labels, left out"] += round(float(outside.sum()) * WINDOW_MS)
    return Spoken(user, agent, [], 0)


def _stretches(found: Heard, place: int, options: AudioOptions) -> list[Stretch]:
    return stretches(
        found.speech[place],
        found.levels[place],
        options.vad_threshold,
        options.min_silence_ms,
        options.min_speech_ms,
    )


def _require_both(call: Call, found: Heard) -> None:
    """Raises RecordingError where two channels do not hold a side each."""
    if len(found.speech) == 1:
        raise RecordingError("has no sound in it", file=call.place)
    loud = found.levels.max(axis=0) > LOUD_DB
    spread = np.abs(found.levels[0] - found.levels[1])[loud]
    if spread.size and float(np.percentile(spread, 95)) < SAME_LEVELS_DB:
        rule = (
            "has the same sound on both channels, so who speaks cannot be heard. Give the recording of each side, or "
            "one channel with --labels"
        )
        raise RecordingError(rule, file=call.place)
    for place, name in enumerate(("left", "right") if len(call.files) == 1 else [file.name for file in call.files]):
        if not (found.speech[place] >= 0.5).any():
            raise RecordingError(f"has no speech in {name}: both sides of the call are needed", file=call.place)


def _note_reading(call: Call, found: Heard, findings: Findings) -> None:
    """What is odd about the files."""
    for file, read in zip(call.files, found.reads, strict=True):
        findings.fault("broken_off", f"{file.name} after {read.samples / 16_000:.1f} s", read.broke_off)
        findings.fault("impossible", f"{file.name}: samples that are no numbers", read.not_numbers)
        if read.beyond > 0.001 * max(read.samples, 1):
            rule = "has samples far beyond full scale; write it with samples from -1 to 1, or as 16-bit integers"
            raise RecordingError(rule, file=file.path)
        if read.clipped > 0.001 * max(read.samples, 1):
            findings.note("doubtful", say("audio.clipped", file=file.name))
    if len(call.files) > 1:
        findings.note("doubtful", say("audio.two_files", files=", ".join(file.name for file in call.files)))
        apart = max(found.channel_ms) - min(found.channel_ms)
        if apart > LENGTHS_APART_MS:
            findings.note("doubtful", say("audio.lengths", call=call.name, s=f"{apart / 1000:.1f}"))


def _scores(call: Call, spoken: Spoken, said: Sequence[Stretch], options: AudioOptions, model: Model) -> list[Score]:
    """The score after each stretch of the user's speech: what the model would hear of the turn so far."""
    asked: list[Asked] = []
    since, spoke = 0.0, 0
    for place, one in enumerate(spoken.user):
        newly = False
        while spoke < len(said) and said[spoke].start <= one.start:
            spoke, newly = spoke + 1, True
        since = one.start if newly or not place else since
        following = spoken.user[place + 1].start if place + 1 < len(spoken.user) else np.inf
        asked.append(Asked(min(one.end + options.score_after_ms, float(following)), since))
    probabilities = scores(call.files, spoken.channel, asked, model.path)
    return [
        Score(one.end + 1.0, round(probability, 4)) for one, probability in zip(spoken.user, probabilities, strict=True)
    ]
