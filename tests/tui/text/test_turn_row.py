"""A turn as a row of the table."""

import pytest
from rich.cells import cell_len

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tui.i18n.translator import Translator
from tui.state.turn_index import ALL, SLOWEST_FIRST, SortKey, TurnIndex
from tui.text.turn_row import BIGGEST, columns, happened, header, row

TR = Translator()


@pytest.fixture(scope="module")
def turn_index() -> TurnIndex:
    turns = simulate(Profile.load("ai-tutor"), 400, 7)
    return TurnIndex(turns, Batch(turns).outcomes(Settings().replace({"llm.timeout_ms": 700, "barge_in.min_words": 3})))


def names(turn_index: TurnIndex, width: int, by: str = "response") -> list[str]:
    return [one.name for one in columns(turn_index, width, by, TR)]


def test_where_there_is_room_every_part_has_a_column(turn_index: TurnIndex) -> None:
    assert names(turn_index, 136) == ["turn", "session", "response", *turn_index.parts, "happened"]


def test_at_80_columns_the_largest_parts_are_shown_in_words(turn_index: TurnIndex) -> None:
    assert names(turn_index, 75) == ["turn", "response", "most", "happened"]


def test_what_the_turns_are_sorted_by_is_always_seen(turn_index: TurnIndex) -> None:
    assert "tts" in names(turn_index, 75, "tts")
    assert "session" in names(turn_index, 75, "session")


@pytest.mark.parametrize("width", [20, 40, 56, 66, 75, 100, 136])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_is_as_wide_as_the_header(turn_index: TurnIndex, width: int, language: str) -> None:
    tr = Translator(language)  # type: ignore[arg-type]
    shown = columns(turn_index, width, "llm", tr)
    widths = [one.cells for one in shown]
    assert [cell_len(cell.text) for cell in header(shown, SLOWEST_FIRST)] == widths
    for place in turn_index.places(ALL)[:40]:
        assert [cell_len(cell.text) for cell in row(turn_index, int(place), shown, tr)] == widths


def test_the_largest_part_has_a_sign(turn_index: TurnIndex) -> None:
    shown = columns(turn_index, 136, "response", TR)
    cells = {one.name: cell for one, cell in zip(shown, row(turn_index, 5, shown, TR), strict=True)}
    largest = max(turn_index.parts, key=lambda part: turn_index.part_ms(5, part) or 0)
    assert BIGGEST in cells[largest].text
    assert sum(BIGGEST in cell.text for cell in cells.values()) == 1


def test_the_header_says_what_the_turns_are_sorted_by_and_which_way(turn_index: TurnIndex) -> None:
    shown = columns(turn_index, 136, "llm", TR)
    text = [cell.text.strip() for cell in header(shown, (SortKey("llm", descending=True), SortKey("turn")))]
    assert [text for text in text if "▼" in text or "▲" in text] == ["▼llm"]


def test_a_turn_without_an_answer_says_so(turn_index: TurnIndex) -> None:
    place = int(turn_index.groups["unanswered"][0])
    text = " ".join(cell.text.strip() for cell in row(turn_index, place, columns(turn_index, 75, "response", TR), TR))
    assert "no answer" in text
    assert "failed" in text


def test_what_happened_is_shown_the_worst_first_and_how_often(turn_index: TurnIndex) -> None:
    several = next(place for place in range(400) if turn_index.events(place).get("missed_interrupt_rate", 0) > 1)
    assert any(one.startswith("missed intr. x") for one in happened(turn_index, several, TR))
    assert "".join(happened(turn_index, several, Translator("zh"))).count("未响应打断") == 1


def test_of_a_long_name_the_end_is_seen(turn_index: TurnIndex) -> None:
    turn = columns(turn_index, 75, "response", TR)[0]
    text = row(turn_index, 17, (turn,), TR)[0].text
    assert text.startswith("…")
    assert turn_index.turn(17).endswith(text.strip("… "))
