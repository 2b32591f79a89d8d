"""The turns of Switchboard, 58,000 of them, are cut off by silence as often as the literature says."""

import csv
import gzip
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.importers import import_recording
from pipeline.kernel.batch import Batch
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from stages.settings import Settings
from stages.turn import Turn

FIGURES = {300: 43.9, 500: 35.8, 700: 26.9, 800: 22.4, 1000: 14.9, 1200: 9.7, 1500: 5.2, 2000: 2.0}
OF_4_TO_40_WORDS = {300: 41.1, 500: 29.7, 700: 20.2, 800: 16.2, 1000: 10.1, 1200: 6.5, 1500: 3.5, 2000: 1.4}
"""Silence in ms -> share in % of turns with a longer pause inside; Switchboard, all calls."""


def cut_by(turns: Sequence[Turn], silence_ms: float) -> float:
    return 100 * sum(any(pause.ms > silence_ms for pause in t.speech.pauses or ()) for t in turns) / len(turns)


@pytest.fixture(scope="module")
def table_of_turns(shared: Path) -> Path:
    return shared / "data" / "switchboard-turns" / "swb_turns.csv.gz"


@pytest.fixture(scope="module")
def from_table(table_of_turns: Path) -> tuple[Turn, ...]:
    return import_recording("turns", [table_of_turns]).turns


@pytest.fixture(scope="module")
def from_spurts(shared: Path) -> tuple[Turn, ...]:
    return import_recording("spurts", [shared / "data" / "switchboard-turns" / "swb_ipus.csv.gz"]).turns


@pytest.mark.parametrize("source", ["from_table", "from_spurts"])
def test_switchboard_turns_are_cut_as_the_literature_says(source: str, request: pytest.FixtureRequest) -> None:
    turns = request.getfixturevalue(source)
    for silence_ms, share in FIGURES.items():
        assert cut_by(turns, silence_ms) == pytest.approx(share, abs=1)


def test_switchboard_turns_of_4_to_40_words_are_cut_as_the_literature_says(
    table_of_turns: Path, from_table: tuple[Turn, ...]
) -> None:
    with gzip.open(table_of_turns, "rt") as stream:
        found = sorted(csv.DictReader(stream), key=lambda row: (row["conv"], float(row["turn_start"])))
    first = {row["conv"]: rank for rank, row in reversed(list(enumerate(found)))}
    wanted = [(rank, row["conv"]) for rank, row in enumerate(found) if 4 <= int(row["n_words"]) <= 40]
    names = {f"{name}-{rank - first[name]:04d}" for rank, name in wanted}
    turns = [turn for turn in from_table if turn.id in names]
    assert len(turns) > 30_000
    for silence_ms, share in OF_4_TO_40_WORDS.items():
        assert cut_by(turns, silence_ms) == pytest.approx(share, abs=1)


def test_switchboard_spurts_give_the_turns_of_its_table(
    from_table: tuple[Turn, ...], from_spurts: tuple[Turn, ...]
) -> None:
    def found(turns: tuple[Turn, ...]) -> Counter[tuple[str, float, int]]:
        return Counter((turn.session, turn.speech.end_ms, len(turn.speech.pauses or ())) for turn in turns)

    alike = (found(from_table) & found(from_spurts)).total()
    assert (len(from_table), len(from_spurts)) == (58_565, 58_580)
    assert alike > 58_540


def undelayed(turns: Sequence[Turn]) -> Columns:
    """The turns with stages and a network that answer at once."""
    columns = from_turns(turns)
    nothing, one = np.zeros(len(columns)), np.ones(len(columns), dtype=np.float32)
    delays = ("up_ms", "down_ms", "final_ms", "token_ms", "ms_per_token", "prefill_ms_per_1k")
    texts = ("clause_tokens", "sentence_tokens", "reply_tokens")
    return columns.replace(
        **dict.fromkeys(delays, nothing),
        **dict.fromkeys(texts, one),
        **dict.fromkeys(("ttft_ms", "ttfb_ms"), nothing[:, None].copy()),
    )


@pytest.mark.parametrize("source", ["from_table", "from_spurts"])
def test_silence_only_endpointing_cuts_off_switchboard_turns_as_the_literature_says(
    source: str, request: pytest.FixtureRequest
) -> None:
    batch = Batch(undelayed(request.getfixturevalue(source)))
    at_once = {"vad.silence_ms": 0, "endpointing.onset_ms": 0, "barge_in.withdraw_ms": 0, "tts.lookahead_tokens": 0}
    for silence_ms, share in FIGURES.items():
        settings = Settings().replace(at_once | {"endpointing.silence_ms": silence_ms})
        assert 100 * (batch.figures(settings).cut_off_rate or 0) == pytest.approx(share, abs=1)
