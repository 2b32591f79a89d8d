"""Which files are one call: a file with two channels, a file for each side, or one channel with labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.importers.audio.labels import is_labels
from pipeline.importers.audio.options import AudioOptions
from pipeline.importers.audio.roles import role_of, without_role
from pipeline.importers.audio.sound_file import channels_of
from pipeline.importers.files import File
from pipeline.importers.observed.sessions import plain_name
from stages.errors import RecordingError

ALONE = (
    "has one channel, and who speaks in it cannot be heard. Give a file with a channel for each side, a file for each "
    "side, or say who speaks when: `turntempo import audio {name} --labels LABELS.txt` (an Audacity label track, RTTM, "
    "or CSV with start, end and speaker)"
)


@dataclass(frozen=True)
class Call:
    """The files of a call, each with a channel or one with both; the user's is first where the names say so."""

    name: str
    files: tuple[File, ...]
    labels: File | None = None
    named: bool = False
    """The names of the files say whose they are."""

    @property
    def place(self) -> str:
        """Its files, for messages."""
        return ", ".join(file.path for file in self.files)


def calls(files: Sequence[File], options: AudioOptions) -> list[Call]:
    """The calls in these files, in order. Raises RecordingError where a side is missing."""
    labels = [file for file in files if is_labels(file.head)]
    sounds = [file for file in files if file not in labels]
    if not sounds:
        rule = "has labels, and no sound is given beside it; name the sound file too"
        raise RecordingError(rule, file=", ".join(file.path for file in labels[:3]))
    if options.labels is not None:
        labels = [File(options.labels)]
    found: list[Call] = []
    single: list[File] = []
    for file in dict.fromkeys(sounds):
        channels = channels_of(file)
        if channels > 2:
            rule = (
                f"has {channels} channels; give two, the user's and the agent's: `sox {file.name} call.wav remix 1 2`"
            )
            raise RecordingError(rule, file=file.path)
        if channels == 2:
            found.append(Call(_name(file), (file,)))
        else:
            single.append(file)
    found += _of_single(single, labels)
    return _unique(sorted(found, key=lambda call: sounds.index(call.files[0])))


def _of_single(files: Sequence[File], labels: Sequence[File]) -> Iterator[Call]:
    """The calls in files with one channel: with labels each is a call, else two are."""
    if labels:
        for file in files:
            held = labels[0] if len(files) == len(labels) == 1 else _beside(file, labels)
            if held is None:
                rule = f"has one channel, and none of the {len(labels)} files with labels has its name"
                raise RecordingError(rule, file=file.path)
            yield Call(_name(file), (file,), held)
        return
    groups: dict[str, list[File]] = {}
    for file in files:
        folder = PurePath(file.path).parent
        groups.setdefault(str(folder / without_role(_name(file))), []).append(file)
    if len(files) == 2 and len(groups) == 2:
        groups = {_name(files[0]): list(files)}
    for key, group in groups.items():
        yield _pair(PurePath(key).name, group)


def _pair(name: str, held: Sequence[File]) -> Call:
    if len(held) == 1:
        raise RecordingError(ALONE.format(name=held[0].name), file=held[0].path)
    if len(held) > 2:
        rule = "are more than two files with one channel under one name; a call has the user's and the agent's"
        raise RecordingError(rule, file=", ".join(file.path for file in held[:3]))
    said = [role_of(_name(file)) for file in held]
    named = set(said) == {"user", "agent"}
    files = (held[1], held[0]) if named and said[0] == "agent" else tuple(held)
    return Call(plain_name(name), files, named=named)


def _beside(file: File, labels: Sequence[File]) -> File | None:
    return next((one for one in labels if PurePath(one.name).stem == file.stem), None)


def _name(file: File) -> str:
    return plain_name(file.stem, "call")


def _unique(found: Sequence[Call]) -> list[Call]:
    """The calls with a name of their own each."""
    taken: dict[str, int] = {}
    done = []
    for call in found:
        times = taken[call.name] = taken.get(call.name, 0) + 1
        done.append(call if times == 1 else Call(f"{call.name}-{times}", call.files, call.labels, call.named))
    return done
