"""The report of a recording of calls, and the reply that goes with it: why they do not connect, and what to change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.connect.completion import Completed
from stages.errors import InputError
from stages.i18n import Language, Said, say
from tuner.connect.diagnosis import ConnectDiagnosis, diagnose
from tuner.connect.limits import ConnectLimit
from tuner.connect.search import ConnectTuned, tune
from tuner.pages import connect
from tuner.pages.blocks import Block, Chapter, Listed, Page, Paragraph, Tile, Tiles
from tuner.pages.wording import REPORT
from tuner.statistics.known import shown
from tuner.statistics.numbers import figure, span
from tuner.statistics.vocabulary import named
from tuner.support.redaction import Redactor
from tuner.support.report import writing
from tuner.support.report.complaint import Complaint, complaint_chapter

TILES = ("connected_rate", "within_5s_rate", "connect_ms.p95", "good_turned_away_rate")
"""The figures that say most."""

SUFFIX: dict[Language, str] = {"en": "", "zh": ".zh"}


@dataclass(frozen=True)
class ConnectFacts:
    """What a report of calls says."""

    calls: int
    diagnosis: ConnectDiagnosis
    tuned: ConnectTuned | None
    """None: there are too few calls to search on."""
    limits: tuple[ConnectLimit, ...]
    assumed: dict[str, int]


def connect_facts(completed: Completed, limits: Sequence[ConnectLimit], seed: int) -> ConnectFacts:
    """The diagnosis of the settings in force, and the settings within the limits."""
    try:
        tuned = tune(completed, limits, seed)
    except InputError:  # too few calls: the report says so
        tuned = None
    return ConnectFacts(len(completed.names), diagnose(completed), tuned, tuple(limits), completed.assumed)


def files_of(
    complaint: Complaint, found: ConnectFacts, made: date, languages: Iterable[Language], redactor: Redactor
) -> dict[str, str]:
    """File name -> text: report and reply in these languages, secrets and personal data taken out."""
    files: dict[str, str] = {}
    for language in languages:
        page, suffix = report(complaint, found, made), SUFFIX[language]
        files[f"report{suffix}.html"] = writing.html(page, language)
        files[f"report{suffix}.md"] = writing.text(page, language)
        files[f"reply{suffix}.md"] = writing.letter(reply(complaint, found), language)
    return {name: redactor.text(text, name) for name, text in files.items()}


def report(complaint: Complaint, found: ConnectFacts, made: date) -> Page:
    """What was found, what to change, what it rests on."""
    customer = "" if complaint.customer is None else say("report.for", customer=complaint.customer)
    subtitle = say("report.subtitle", customer=customer, date=say("report.made", date=made.isoformat()))
    quoted = (complaint_chapter(complaint),) if complaint.answers else ()
    figures = connect.figures(found.diagnosis.figures, None, REPORT)
    chapters = (
        _summary(found),
        *quoted,
        Chapter(say("report.found"), (Listed(found.diagnosis.findings), figures)),
        Chapter(say("report.recommendation"), tuple(_advice(found))),
        *connect.assumptions(found.assumed, say("report.assumed")),
    )
    return Page(complaint.title, subtitle, chapters)


def reply(complaint: Complaint, found: ConnectFacts) -> Page:
    """The letter: what was found, what to change, what to expect."""
    hello = say("reply.hello") if complaint.customer is None else say("reply.hello_name", customer=complaint.customer)
    blocks: list[Block] = [
        Paragraph(hello),
        Paragraph(say("connect.thanks", title=complaint.title, n=found.calls)),
        Paragraph(say("reply.found")),
        Listed(found.diagnosis.findings),
    ]
    if (tuned := _better(found)) is not None:
        blocks += [Paragraph(say("reply.change")), connect.changes(tuned, connect.worded)]
        blocks += [Paragraph(connect.gained(tuned)), Paragraph(say("connect.where"))]
    else:
        blocks.append(Paragraph(_nothing(found)))
    last = (Paragraph(say("reply.attached")), Paragraph(say("reply.bye")))
    return Page(complaint.title, "", (Chapter("", (*blocks, *last)),))


def _summary(found: ConnectFacts) -> Chapter:
    tuned = _better(found)
    said: list[str] = list(found.diagnosis.findings[:1])
    said.append(connect.gained(tuned) if tuned is not None else _nothing(found))
    return Chapter(say("report.summary"), (Tiles(tuple(_tiles(found))), Listed(tuple(said))))


def _tiles(found: ConnectFacts) -> Iterable[Tile]:
    """Before and after on the calls held out; without a change those of all calls."""
    tuned = _better(found)
    after = None if tuned is None else tuned.figures_after
    before = found.diagnosis.figures if tuned is None or after is None else tuned.figures_before
    for name in TILES:
        now, then = before[name], None if after is None else after[name]
        last = now if then is None else then
        if last.unknown or last.n:
            note = say("tile.note", range=span(name, last.low, last.high), n=last.n)
            yield Tile(named(name), shown(now), None if then is None else figure(name, then.value), note)


def _advice(found: ConnectFacts) -> Iterable[Block]:
    tuned = found.tuned
    if tuned is None or tuned.after is None or (tuned.recommended is not None and not tuned.changes):
        yield Paragraph(_nothing(found))
        return
    if tuned.recommended is None:
        yield Paragraph(connect.nothing_recommended(tuned))
    else:
        yield connect.changes(tuned, connect.worded)
        yield Paragraph(say("connect.where"))
    yield connect.figures(tuned.figures_before, tuned.figures_after, REPORT)
    yield Paragraph(say("connect.judged", held=tuned.held_out, tuning=tuned.tuning, tried=tuned.tried))
    yield connect.verdict_table(tuned.verdicts, REPORT)
    yield Listed(tuned.fixed)


def _better(found: ConnectFacts) -> ConnectTuned | None:
    """The search, where it recommends a change."""
    tuned = found.tuned
    return tuned if tuned is not None and tuned.recommended is not None and tuned.changes else None


def _nothing(found: ConnectFacts) -> Said:
    """Why no change is recommended."""
    if found.tuned is None:
        return say("connect.too_few", n=found.calls)
    if found.tuned.after is None:
        return connect.no_settings(found.limits, REPORT)
    if found.tuned.recommended is not None:
        return say("connect.keep")
    return connect.nothing_recommended(found.tuned)
