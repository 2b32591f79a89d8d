"""The folder with the sound files and the page to click through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.importers import SoundPlaces
from pipeline.recordings import make_folder, require_free, write_text, written
from stages.escaping import visible
from stages.i18n import say
from turntempo.listening.clips import clips, peaks, wav
from turntempo.listening.moments import MOST, Moment

PAGE = "index.html"
BARS, HEIGHT = 240, 40
"""The picture of a moment: so many bars, and the height of a side."""


@dataclass(frozen=True)
class _Shown:
    """A moment on the page."""

    file: str
    heading: str
    sentence: str
    marks: float
    """Where the mark stands, in bars."""
    sides: list[list[float]]


def write(folder: Path, found: Sequence[Moment], sound: SoundPlaces, title: str, doubt: str, force: bool) -> Path:
    """Write the sound of each moment and the page; the page's path. Raises OutputError.

    `doubt`: what the moments rest on that was not heard; "": nothing.
    """
    make_folder(folder)
    page = require_free(folder / PAGE, force)
    shown = []
    for number, (one, samples) in enumerate(clips(_some(found), sound), 1):
        file = f"{number:03d}-{one.name.replace('_', '-')}.wav"
        with written(folder / file, force) as stream:
            stream.write(wav(samples))
        length = max(samples.shape[1] / 16, 1.0)
        marks = BARS * min((one.marks_ms - one.begin_ms) / length, 1.0)
        heading = say("listening.heading", n=number, turn=one.turn, at=_clock(one.marks_ms))
        shown.append(_Shown(file, visible(heading), visible(one.sentence), marks, peaks(samples, BARS)))
    write_text(page, _html(title, doubt, shown, len(found)), force=True)
    return page


def _some(found: Sequence[Moment]) -> Sequence[Moment]:
    """At most so many, spread over the recording."""
    if len(found) <= MOST:
        return found
    return [found[place * len(found) // MOST] for place in range(MOST)]


def _clock(ms: float) -> str:
    minutes, seconds = divmod(ms / 1000, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def _html(title: str, doubt: str, shown: Sequence[_Shown], count: int) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader("turntempo.listening"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    held: dict[str, Any] = {
        "title": visible(title),
        "doubt": visible(doubt),
        "moments": shown,
        "say": say,
        "bars": BARS,
        "height": HEIGHT,
    }
    counted = say("listening.count", n=count) if len(shown) == count else say("listening.some", n=len(shown), of=count)
    return pages.get_template("page.html").render(held, counted=counted)
