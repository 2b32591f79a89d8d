"""A vendor's file for the screen: its text, the difference in signs and colours, and what there is to know of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from stages.escaping import visible
from tui.i18n.translator import Translator
from tui.state.exports import ExportChoice
from tuner.deploy.deliverable import Deliverable
from tuner.deploy.readback import ReadBack
from tuner.targets import not_carried

STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-accent"}
TAB = "    "
SHOWN = 6
"""How many lines of a difference a question shows; the notes have all."""


def text(found: Deliverable) -> Content:
    """As it would be written."""
    return Content("\n").join(Content(visible(line.expandtabs(4))) for line in found.leaving.text.splitlines())


def diff(found: Deliverable) -> Content | None:
    """Lines taken out and put in, by their signs; None: nothing differs, or there is nothing to differ from."""
    lines = [_diff_line(line) for line in found.leaving.diff.splitlines()]
    return Content("\n").join(lines) if lines else None


def notes(
    found: Deliverable, choice: ExportChoice, tr: Translator, read: ReadBack | None = None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Heading and lines, the weightiest first; none where nothing is to be known."""
    first, *others = [""] if read is None or read.holds else map(tr.translate, read.sentences())
    said = [
        (first, tuple(others)),
        (tr("export.unproven"), (tr.translate(choice.doubt),) if choice.doubt else ()),
        (tr("export.refused"), tuple(map(tr.translate, found.refused))),
        *((tr.translate(heading), tuple(map(tr.translate, lines))) for heading, lines in _apart(found)),
        (tr("export.doubts"), tuple(map(tr.translate, found.doubts))),
        (tr("export.taken_out"), tuple(map(tr.translate, found.leaving.taken_out))),
    ]
    return tuple((heading, lines) for heading, lines in said if lines)


def question(read: ReadBack, form: str, tr: Translator) -> str:
    """What differs between the file and what was judged, and the way out; whether to go on anyway."""
    first, *others = map(tr.translate, read.sentences())
    shown = others[:SHOWN] + ([tr("meant_otherwise.more", n=len(others) - SHOWN)] if len(others) > SHOWN else [])
    listed = "\n".join(f"- {line}" for line in shown)
    return f"{first}\n{listed}\n\n{tr('meant_otherwise.question', form=form)}"


def noted(found: Sequence[tuple[str, tuple[str, ...]]], tr: Translator) -> Content:
    """The same as a text."""
    if not found:
        return Content(tr("export.nothing_to_know"))
    parts: list[Content] = []
    for heading, lines in found:
        parts += [Content.styled(heading, "bold"), *(Content(f"- {line}") for line in lines), Content("")]
    return Content("\n").join(parts[:-1])


def _apart(found: Deliverable) -> tuple[not_carried.Section, ...]:
    return not_carried.sections(found.export.writing, found.target.title)


def _diff_line(line: str) -> Content:
    shown = visible(line.expandtabs(4))
    return Content.styled(shown, STYLES.get(line[:1], "")) if line[:1] in STYLES else Content(shown)
