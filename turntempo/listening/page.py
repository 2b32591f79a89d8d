"""The folder with the sound files and the page to click through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.importers import SoundPlaces
from pipeline.writing import make_folder, require_free, together, write_text, written
from stages.escaping import visible
from stages.i18n import Language, Said, say, translate
from turntempo.listening.clips import clips, peaks, wav
from turntempo.listening.moments import MOST, Moment

PAGES: dict[Language, str] = {"en": "index.html", "zh": "index.zh.html"}
BARS, HEIGHT = 240, 40
"""The picture of a moment: so many bars, and the height of a side."""


@dataclass(frozen=True)
class _Shown:
    """A moment on the page."""

    file: str
    heading: Said
    sentence: Said
    marks: float
    """Where the mark stands, in bars."""
    sides: list[list[float]]


def write(folder: Path, found: Sequence[Moment], sound: SoundPlaces, title: Said, doubt: str, force: bool) -> Path:
    """Write the sound of each moment and the page; the English page's path. Raises OutputError.

    `doubt`: what the moments rest on that was not heard; "": nothing.
    """
    make_folder(folder)
    for name in PAGES.values():
        require_free(folder / name, force)
    with together(folder):
        _write(folder, found, sound, title, doubt, force)
    return folder / PAGES["en"]


def _write(folder: Path, found: Sequence[Moment], sound: SoundPlaces, title: Said, doubt: str, force: bool) -> None:
    shown = []
    for number, (one, samples) in enumerate(clips(_some(found), sound), 1):
        file = f"{number:03d}-{one.name.replace('_', '-')}.wav"
        with written(folder / file, force) as stream:
            stream.write(wav(samples))
        length = max(samples.shape[1] / 16, 1.0)
        marks = BARS * min((one.marks_ms - one.begin_ms) / length, 1.0)
        heading = say("listening.heading", n=number, turn=one.turn, at=_clock(one.marks_ms))
        shown.append(_Shown(file, heading, one.sentence, marks, peaks(samples, BARS)))
    for language, name in PAGES.items():
        write_text(folder / name, _html(title, doubt, shown, len(found), language), force=True)


def _some(found: Sequence[Moment]) -> Sequence[Moment]:
    """At most so many, spread over the recording."""
    if len(found) <= MOST:
        return found
    return [found[place * len(found) // MOST] for place in range(MOST)]


def _clock(ms: float) -> str:
    minutes, seconds = divmod(ms / 1000, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def _html(title: Said, doubt: str, shown: Sequence[_Shown], count: int, language: Language) -> str:
    counted = say("listening.count", n=count) if len(shown) == count else say("listening.some", n=len(shown), of=count)
    held = {"title": title, "doubt": doubt, "moments": shown, "counted": counted}
    return rendered("turntempo.listening", held, language)


def rendered(package: str, held: dict[str, Any], language: Language) -> str:
    """The page of this package with these values; text of others is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        finalize=lambda value: visible(translate(value, language)) if isinstance(value, Said) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return pages.get_template("page.html").render(held, say=say, bars=BARS, height=HEIGHT)
