"""Readers of other tools' recordings: every importer, and how formats are recognised."""

# ruff: noqa: E501 one row for each reader

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path

from pipeline.importers import IMPORTERS, File, import_recording
from pipeline.importers.audio.labels import labels_of
from pipeline.importers.audio.sound_file import format_of
from pipeline.importers.audio.transcripts import words_of
from pipeline.importers.audio.wav_header import mended
from pipeline.importers.final_check import checked
from pipeline.importers.importer import parsed
from pipeline.importers.mapped.mapping import as_options, from_text, given
from pipeline.importers.recognition import recognised
from tests.fuzz.reader import Given, Reader, Seeds
from tests.pipeline.importers.sources import SOURCES

LARGE = 16_000
"""Bytes beyond which only the first lines of a source are taken: more of the same shows nothing more."""

LABELS = {
    "a.rttm": b"SPEAKER call 1 0.500 0.750 <NA> <NA> user <NA> <NA>\nSPEAKER call 1 2.0 1.5 <NA> <NA> agent <NA> <NA>\n",
    "a.txt": b"0.5\t1.25\tuser\n2.0\t3.5\tagent\n",
    "a.csv": b"start,end,speaker\n0.5,1.25,user\n2.0,3.5,agent\n",
}
WORDS = {
    "a.json": b'{"results": [{"words": [{"word": "hi", "start": 0.5, "end": 0.75, "speaker": "user"}]}]}',
    "a.csv": b"start,end,word,speaker\n0.5,0.75,hi,user\n2.0,2.5,ok,agent\n",
}


def source(name: str, _: Path) -> Seeds:
    return {file: short(content) for file, content in SOURCES[name].items()}


def short(content: bytes) -> bytes:
    """The first lines, where there are many."""
    return content if len(content) < LARGE else content[: content.rindex(b"\n", 0, LARGE) + 1]


def imported(name: str, given: Given) -> object:
    """The damaged file, and the others of its call as they are."""
    files = [
        File(f"call/{file}", given.content if file == given.name else short(content))
        for file, content in SOURCES[name].items()
        if file == given.name or name == "eva"
    ]
    importer = IMPORTERS[name]
    return checked(importer.read(files, parsed(importer, {})))


def first_files(_: Path) -> Seeds:
    return {
        f"{name} {file}": short(content)[:4_000] for name, files in SOURCES.items() for file, content in files.items()
    }


LOGS = (
    *(
        Reader(
            f"importer {name}",
            ("pipeline/importers/",),
            partial(source, name),
            partial(imported, name),
        )
        for name in IMPORTERS
        if name != "audio"
    ),
    Reader(
        "recognition of a log",
        ("pipeline/importers/",),
        first_files,
        lambda given: recognised([File(given.name.partition(" ")[2], given.content)], IMPORTERS),
    ),
    Reader(
        "folder of logs",
        ("pipeline/importers/files.py",),
        lambda _: {"calls.csv": SOURCES["table"]["calls.csv"], "a.jsonl": SOURCES["trtc"]["metrics.jsonl"]},
        lambda given: import_recording("auto", [given.file()]),
    ),
    Reader(
        "labels of speakers", ("pipeline/importers/audio/",), lambda _: LABELS, lambda given: labels_of(File(given.name, given.content))
    ),
    Reader(
        "transcript with times",
        ("pipeline/importers/audio/",),
        lambda _: WORDS,
        lambda given: words_of(File(given.name, given.content), None, 60_000),
    ),
    Reader(
        "mapping of columns",
        ("turntempo/given/mapping.py",),
        lambda _: {"m.json": b'{"ttft_ms": "llm_s:s", "session": "call"}', "m.txt": b"ttft_ms=llm_s,session=call\n"},
        lambda one: as_options(given(from_text(one.text()))),
    ),
    Reader(
        "header of sound",
        ("pipeline/importers/audio/",),
        lambda _: {"a.wav": SOURCES["audio"]["call.wav"][:2_000]},
        lambda one: (format_of(one.content), mended(BytesIO(one.content))[0].read()),
    ),
)  # fmt: skip
