"""JSON of logs: one value a line, one array, one object, or objects printed one after the other over many lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from pydantic_core import from_json

from pipeline.importers.files import HEAD, File
from pipeline.importers.report import Findings
from stages.errors import RecordingError

Object = dict[str, Any]

MOST_BROKEN = 0.5
"""With a larger share of broken lines a file is no JSON Lines."""

LARGEST = 1e20
"""No number of a log is larger: today is 1.8e18 in nanoseconds since 1970. Beyond it a sum or a unit overflows."""


def objects(file: File, findings: Findings | None = None) -> Iterator[tuple[int, Object]]:
    """Every JSON object of a file at its top, with its line from 1.

    A line that is no JSON is counted as a fault and left out, as a log may break off or hold other lines; what is no
    object is passed over. Raises RecordingError where the file is not JSON.
    """
    if _by_line(file):
        yield from _of_lines(file, findings)
        return
    for number, value in _of_text(file, findings):
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, dict):
                yield number, one


def first_objects(file: File, most: int = 8) -> list[Object]:
    """The first objects in the head of a file, to recognise it by: of JSON Lines, an array or one large object."""
    text = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    found: list[Object] = []
    for line in text.split(b"\n", most)[:most]:
        if isinstance(value := parsed(line), dict) and value:
            found.append(value)
    if found or text[:1] not in (b"{", b"["):
        return found
    partial = _partial(text)
    values = partial if isinstance(partial, list) else [partial]
    return [value for value in values[:most] if isinstance(value, dict)]


_DECODE = msgspec.json.Decoder().decode
"""Faster than the other parser, which reads NaN and half a surrogate pair too."""


def parsed(line: bytes | str) -> Any:
    """The JSON value, or None where it is none."""
    try:
        return _DECODE(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    try:
        return from_json(line, allow_inf_nan=True)
    except (ValueError, TypeError):  # a text with half a surrogate pair is a TypeError
        return None


def _partial(text: bytes) -> Any:
    """What a value holds of which only the start is there."""
    try:
        return from_json(text, allow_partial="trailing-strings")
    except ValueError:
        pass
    try:
        value, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value


def _by_line(file: File) -> bool:
    """Whether the first line is a value of its own."""
    first, end, _ = file.head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    if not end and first[:1] == b"{" and len(file.head) == HEAD:
        return _has_long_lines(file)
    return isinstance(parsed(first.strip()), dict) or first[:1] not in (b"{", b"[")


def _has_long_lines(file: File) -> bool:
    """Whether a first line that is longer than the head is an object, and another one follows it."""
    try:
        first, second = islice(file.lines(), 2)
    except (ValueError, RecordingError):  # there is one line, or one that is too long
        return False
    return first[1].endswith(b"}") and second[1].startswith(b"{")


def _of_lines(file: File, findings: Findings | None) -> Iterator[tuple[int, Object]]:
    broken = read = 0
    for number, line in file.lines():
        value = parsed(line)
        if isinstance(value, dict):
            read += 1
            yield number, value
        elif value is None:
            broken += 1
            if findings is not None:
                findings.fault("broken_line", f"{file.path}:{number}")
    if broken and broken > MOST_BROKEN * (read + broken):
        rule = f"is not JSON Lines: {broken} of {read + broken} lines are not JSON objects"
        raise RecordingError(rule, file=file.path)


def _of_text(file: File, findings: Findings | None) -> Iterator[tuple[int, Any]]:
    """Values one after the other; what follows the last whole one is a fault."""
    try:
        yield 1, from_json(file.content, allow_inf_nan=True)
        return
    except ValueError:
        pass
    text, at, decoder, any_read = file.text(), 0, json.JSONDecoder(), False
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, at) + 1
            if not any_read or findings is None:
                raise RecordingError(f"is not JSON: {_why(error)}", file=file.path, line=line) from None
            findings.fault("broken_line", f"{file.path}:{line}")
            return
        any_read = True
        yield text.count("\n", 0, at) + 1, value
        at = end


def _why(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"


def number(held: Any, key: str) -> float | None:
    """A number of an object of a possible size; None where it is missing or is none."""
    value = held.get(key) if isinstance(held, dict) else None
    if type(value) is float:
        return value if -LARGEST < value < LARGEST else None  # false for NaN too
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        real = float(value)
    except OverflowError:
        return None
    return real if abs(real) < LARGEST else None


def count(held: Any, key: str) -> int | None:
    """A whole number of an object that is not negative and of a possible size."""
    value = number(held, key)
    return int(value) if value is not None and value == int(value) and 0 <= value < 1 << 24 else None


def text(held: Any, key: str) -> str | None:
    """A text of an object."""
    value = held.get(key) if isinstance(held, dict) else None
    return value if isinstance(value, str) else None


def flag(held: Any, key: str) -> bool | None:
    """Yes or no of an object."""
    value = held.get(key) if isinstance(held, dict) else None
    return value if isinstance(value, bool) else None


def group(held: Any, key: str) -> Object:
    """An object of an object; an empty one where it is missing, also where it is JSON in a text."""
    value = held.get(key) if isinstance(held, dict) else None
    if isinstance(value, str):
        value = parsed(value)
    return value if isinstance(value, dict) else {}


def entries(held: Any, key: str) -> list[Any]:
    """A list of an object; an empty one where it is missing, also where it is JSON in a text."""
    value = held.get(key) if isinstance(held, dict) else None
    if isinstance(value, str):
        value = parsed(value)
    return value if isinstance(value, list) else []


def seconds(held: Any, key: str) -> float | None:
    """A time of an object in seconds, as ms."""
    value = number(held, key)
    return None if value is None else value * 1000
