"""The content of one file of a bundle: searched and without secrets, or left out."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import PurePosixPath

from tuner.support.bundle.refusal import LeftOut
from tuner.support.redaction import Redactor

SOUND = frozenset(
    (
        ".wav",
        ".mp3",
        ".ogg",
        ".oga",
        ".opus",
        ".flac",
        ".m4a",
        ".aac",
        ".amr",
        ".pcm",
        ".raw",
        ".webm",
        ".mp4",
        ".mov",
        ".mkv",
        ".silk",
        ".ulaw",
        ".alaw",
        ".g711",
    )
)
WRITTEN_SPEECH = frozenset((".vtt", ".srt", ".lrc", ".ass", ".ssa", ".sbv", ".ttml"))
LARGEST = 256 << 20
"""The most bytes that are searched, unpacked."""


def safe_content(path: str, content: bytes, redactor: Redactor, transcripts: bool) -> bytes:
    """The bytes without secrets. Raises LeftOut where they cannot be searched, or are a transcript as a whole."""
    suffix = PurePosixPath(path.lower()).suffix
    if len(content) > LARGEST:
        raise LeftOut(f"it is too large to be searched: over {LARGEST >> 20} MiB")
    if suffix in SOUND:
        if transcripts:
            return content
        raise LeftOut("it is sound or pictures of people; --with-transcripts takes it in")
    if not transcripts and (suffix in WRITTEN_SPEECH or _is_transcript(path)):
        raise LeftOut("it is a transcript; --with-transcripts takes it in")
    if suffix == ".gz":
        inner = safe_content(path[: -len(".gz")], _gunzipped(content), redactor, transcripts)
        return gzip.compress(inner, 6, mtime=0)
    if suffix == ".parquet":
        from tuner.support.bundle.columns import safe_table

        return safe_table(path, content, redactor)
    return _safe_text(path, content, redactor)


def _is_transcript(path: str) -> bool:
    name = PurePosixPath(path.lower())
    transcript_words = ("transcript", "subtitle", "dialogue", "对话", "字幕", "转写")
    return name.suffix in (".txt", ".md", ".log", ".html", ".json", ".jsonl", ".csv", "") and any(
        word in name.stem for word in transcript_words
    )


def _safe_text(path: str, content: bytes, redactor: Redactor) -> bytes:
    """The text in its own encoding."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            try:
                return redactor.text(text, path).encode(encoding)
            except (RecursionError, MemoryError):
                raise LeftOut("it is nested too deeply to be searched for secrets") from None
    raise LeftOut("it is no text, so it cannot be searched for secrets")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig",) if content.startswith(b"\xef\xbb\xbf") else ("utf-8", "gb18030")


def _gunzipped(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    whole = b""
    try:
        while content:
            whole += unpacker.decompress(content, LARGEST + 1 - len(whole))
            if len(whole) > LARGEST:
                raise LeftOut(f"it is too large to be searched: over {LARGEST >> 20} MiB unpacked")
            if not unpacker.eof:
                break
            content, unpacker = unpacker.unused_data, zlib.decompressobj(wbits=31)
    except zlib.error:
        raise LeftOut("it is no gzip file, or a damaged one") from None
    return whole


def without_bundlings(content: bytes) -> bytes:
    """A case's log without the lines on earlier bundles, so that the same case gives the same bundle."""
    return b"".join(line for line in content.splitlines(keepends=True) if not _tells_of_bundle(line))


def _tells_of_bundle(line: bytes) -> bool:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(event, dict) and event.get("kind") == "bundled"
