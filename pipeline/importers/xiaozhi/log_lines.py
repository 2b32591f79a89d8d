"""Lines of a xiaozhi-esp32-server log, as its console or its file has them.

Source: xinnan-tech/xiaozhi-esp32-server 0.9.6, config/logger.py (formats), core/handle, core/providers/asr/base.py,
core/connection.py (messages); other versions word some messages differently. What was said stands behind a colon and is
dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pipeline.importers.json_values import parsed
from pipeline.importers.moments import stamp_ms
from pipeline.importers.xiaozhi.events import Event, Kind
from pipeline.importers.xiaozhi.messages import event_of

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CONSOLE = re.compile(
    r"^\s*(\d\d)(\d\d)(\d\d) (\d\d:\d\d:\d\d)(?:[:.,](\d{1,6}))?\s*\[[\w.]+\]\s*\[[\w.]+\]-(\w+)-(.*)$", re.ASCII
)
_FILE = re.compile(
    r"^\s*(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:[:.,](\d{1,6}))? - [\w.]+ - [\w.]+ - (\w+) - [\w.]+ - (.*)$",
    re.ASCII,
)

_MESSAGE = re.compile(r"收到\w*消息[:：]\s*(\{.*\})")
_TOOK = re.compile(r"(?:ASR耗时|语音识别耗时|总处理耗时)[:：]\s*(\d{1,6}(?:\.\d{1,9})?)\s*(ms|s|秒)?")

_SAYS: tuple[tuple[Kind, str], ...] = (
    ("final", "识别文本"),
    ("commit", "大模型收到用户消息"),
    ("request", "get chat completion stream"),
    ("tools", "个工具调用"),
    ("sound", "发送第一段语音"),
    ("end", "音频发送完成"),
    ("abort", "Abort message received"),
)


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line: its time in ms since 1970, whether that has a fraction of a second, and what it says."""

    at: float
    fine: bool
    says: str


def line(text: str) -> Line | None:
    """The line; None: it is not of this server."""
    plain = text[:20_000]
    if "\x1b" in plain:
        plain = _COLOURS.sub("", plain)
    for pattern, century in ((_CONSOLE, "20"), (_FILE, "")):
        if found := pattern.match(plain):
            year, month, day, time, fraction, _, says = found.groups()
            at = stamp_ms(f"{century}{year}-{month}-{day} {time}" + (f".{fraction}" if fraction else ""))
            return None if at is None else Line(at, fraction is not None, says)
    return None


def events(one: Line) -> Iterator[Event]:
    """What a line tells."""
    if message := _MESSAGE.search(one.says):
        held = parsed(message[1])
        if isinstance(held, dict) and (found := event_of(held, one.at)):
            yield found
        return
    if took := _TOOK.search(one.says):
        yield Event(one.at, "recognised", float(took[1]) * (1.0 if took[2] == "ms" else 1000.0))
        return
    for kind, words in _SAYS:
        if one.says.startswith(words) or (kind == "tools" and words in one.says):
            if not one.says.startswith("Abort message received-end"):
                yield Event(one.at, kind)
            return
