"""What was said in a call, as text: only where it was asked for, in files of its own that nobody else may read."""

from __future__ import annotations

import logging
import os
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic_core import to_json

from turntempo.recorders.sink import SUFFIX, FileSink, FolderSink, Sink, file_name

LOG = logging.getLogger("turntempo.recorders")

Speaker = Literal["user", "agent"]

MOST_HELD = 10_000
"""So many pieces of text are held while turns are not over, or no file takes them; then the oldest are lost."""


@dataclass
class Texts:
    """The texts of one call: noted as they come, and written with the id of the turn that they are of.

    A line has `turn`, `user_transcript` and `agent_transcript`. Files are made with mode 0600, their folder with 0700.
    """

    folder: Path
    session: str
    _said: deque[tuple[float, Speaker, str]] = field(default_factory=lambda: deque(maxlen=MOST_HELD))
    _pending: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Says that it will be done: what is said is personal data."""
        LOG.warning(
            "turntempo: what is said is recorded as text in %s: personal data, for your own eyes; send only the "
            "recording itself",
            self.folder,
        )

    def note(self, at: float, who: Speaker, text: str) -> None:
        """Somebody said this; `at`: when the transcript came, or when the reply began."""
        if text.strip():
            self._said.append((at, who, text.strip()))

    def over(self, begins: Mapping[str, float], until: float) -> None:
        """These turns are over: their texts, all before this time, are written. Raises OSError, and keeps the lines."""
        ids = sorted(begins, key=lambda turn: begins[turn])
        starts = [begins[turn] for turn in ids]
        texts: dict[str, dict[Speaker, list[str]]] = {}
        for at, who, text in self._said:
            place = bisect_right(starts, at) - 1
            if at < until and place >= 0:
                texts.setdefault(ids[place], {"user": [], "agent": []})[who].append(text)
        self._said = deque((one for one in self._said if one[0] >= until), maxlen=MOST_HELD)
        self._pending = [*self._pending, *(_line(turn, said) for turn, said in texts.items())][-MOST_HELD:]
        if self._pending:
            self._write()

    def _write(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(self.folder / file_name(self.session), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(held, "ab") as stream:
            stream.write(b"".join(self._pending))
        self._pending = []


def _line(turn: str, said: Mapping[Speaker, list[str]]) -> bytes:
    texts = {f"{who}_transcript": " ".join(pieces) for who, pieces in said.items() if pieces}
    return to_json({"turn": turn} | texts) + b"\n"


def texts_of(text: bool | str | Path, sink: Sink, session: str) -> Texts | None:
    """Where the texts of a call go: nowhere, beside the recording (True), or into a folder that is named.

    Raises ValueError where there is no beside.
    """
    return None if text is False else Texts(folder_of("text", text, sink, ".said"), session)


def folder_of(option: str, given: bool | str | Path, sink: Sink, ending: str) -> Path:
    """Into which folder goes what was asked for beside the turns: the one that is named, else that beside them.

    Raises ValueError where there is no beside.
    """
    if not isinstance(given, bool):
        return Path(given)
    if isinstance(sink, FileSink):
        return sink.path.with_name(f"{sink.path.name.removesuffix(SUFFIX)}{ending}")
    if isinstance(sink, FolderSink):
        return sink.folder.with_name(f"{sink.folder.name}{ending}")
    raise ValueError(f"turns go to no file, so say into which folder the {option} goes: {option}='FOLDER'")
