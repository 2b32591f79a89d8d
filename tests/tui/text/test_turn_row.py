"""A turn as a row of the table."""

import pytest
from rich.cells import cell_len

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tui.i18n.phrasing import Words
from tui.state.turn_index import ALL, SLOWEST_FIRST, Ledger, Order
from tui.text.turn_row import BIGGEST, columns, happened, header, row

WORDS = Words()


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    turns = simulate(Profile.load("ai-tutor"), 400, 7)
    return Ledger(turns, Batch(turns).outcomes(Settings().replace({"llm.timeout_ms": 700, "barge_in.min_words": 3})))


def names(ledger: Ledger, width: int, by: str = "response") -> list[str]:
    return [one.name for one in columns(ledger, width, by, WORDS)]


def test_where_there_is_room_every_part_has_a_column(ledger: Ledger) -> None:
    assert names(ledger, 136) == ["turn", "session", "response", *ledger.parts, "happened"]


def test_at_80_columns_the_largest_parts_are_told_in_words(ledger: Ledger) -> None:
    assert names(ledger, 75) == ["turn", "response", "most", "happened"]


def test_what_the_turns_are_sorted_by_is_always_seen(ledger: Ledger) -> None:
    assert "tts" in names(ledger, 75, "tts")
    assert "session" in names(ledger, 75, "session")


@pytest.mark.parametrize("width", [20, 40, 56, 66, 75, 100, 136])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_is_as_wide_as_the_header(ledger: Ledger, width: int, language: str) -> None:
    words = Words(language)  # type: ignore[arg-type]
    shown = columns(ledger, width, "llm", words)
    widths = [one.cells for one in shown]
    assert [cell_len(cell.text) for cell in header(shown, SLOWEST_FIRST)] == widths
    for place in ledger.places(ALL)[:40]:
        assert [cell_len(cell.text) for cell in row(ledger, int(place), shown, words)] == widths


def test_the_largest_part_has_a_sign(ledger: Ledger) -> None:
    shown = columns(ledger, 136, "response", WORDS)
    cells = {one.name: cell for one, cell in zip(shown, row(ledger, 5, shown, WORDS), strict=True)}
    largest = max(ledger.parts, key=lambda part: ledger.part_ms(5, part) or 0)
    assert BIGGEST in cells[largest].text
    assert sum(BIGGEST in cell.text for cell in cells.values()) == 1


def test_the_header_says_what_the_turns_are_sorted_by_and_which_way(ledger: Ledger) -> None:
    shown = columns(ledger, 136, "llm", WORDS)
    told = [cell.text.strip() for cell in header(shown, (Order("llm", descending=True), Order("turn")))]
    assert [text for text in told if "▼" in text or "▲" in text] == ["▼llm"]


def test_a_turn_without_an_answer_says_so(ledger: Ledger) -> None:
    place = int(ledger.groups["unanswered"][0])
    told = " ".join(cell.text.strip() for cell in row(ledger, place, columns(ledger, 75, "response", WORDS), WORDS))
    assert "no answer" in told
    assert "failed" in told


def test_what_happened_is_told_the_worst_first_and_how_often(ledger: Ledger) -> None:
    several = next(place for place in range(400) if ledger.events(place).get("missed_interrupt_rate", 0) > 1)
    assert "missed intr. x" in happened(ledger, several, WORDS)
    assert happened(ledger, several, Words("zh")).count("未响应打断") == 1


def test_of_a_long_name_the_end_is_seen(ledger: Ledger) -> None:
    turn = columns(ledger, 75, "response", WORDS)[0]
    told = row(ledger, 17, (turn,), WORDS)[0].text
    assert told.startswith("…")
    assert ledger.turn(17).endswith(told.strip("… "))
