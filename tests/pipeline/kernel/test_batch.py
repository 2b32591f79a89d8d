import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.kernel import batch
from pipeline.kernel.batch import Batch
from pipeline.turns.builder import from_turns
from stages import settings as all_settings
from stages.errors import InputError
from stages.settings import Settings
from stages.turn import Turn
from stages.vector import encode
from tests.pipeline.turns.test_columns import columns, turn


def test_every_worked_example_comes_out_to_a_millionth_of_a_millisecond(shared: Path) -> None:
    examples = [json.loads(line) for line in (shared / "design" / "examples-2.jsonl").read_text().splitlines()]
    found = from_turns(Turn.model_validate(example["turn"]) for example in examples)
    replay = Batch(found)
    assert len(found) == len(examples) > 0
    for example in examples:
        place = found.find(example["turn"]["id"])
        assert place is not None
        outcome = replay.outcomes(all_settings.parse(example["settings"])).outcome(place).json_dict()
        expected = example["outcome"]
        for nested in ("parts", "stop_ms"):
            assert outcome.pop(nested) == pytest.approx(expected.pop(nested), abs=1e-6), example["turn"]["id"]
        assert outcome == pytest.approx(expected, abs=1e-6), example["turn"]["id"]


def test_a_plain_turn_is_answered_when_its_stages_add_up() -> None:
    outcome = Batch(columns(turn("a", "s"))).outcomes(Settings()).outcome(0)
    # 20 up, 640 silence, 400 first token, 9 more tokens of 20, 150 first audio, 30 down
    assert outcome.response_ms == 20 + 640 + 400 + 9 * 20 + 150 + 30
    assert outcome.parts is not None
    assert sum(outcome.parts.json_dict().values()) == outcome.response_ms


def test_a_turn_without_answer_is_slower_than_any_other() -> None:
    slow = turn("slow", "s")
    slow["llm"] = slow["llm"] | {"ttft_ms": [20000]}
    figures = Batch(columns(turn("a", "s"), turn("b", "s"), slow)).figures(Settings())
    assert figures.failed_rate == pytest.approx(1 / 3)
    assert figures.response_ms.p50 == 1420
    assert figures.response_ms.p95 is None
    assert figures.response_ms.mean == figures.response_ms.max == 1420


def test_tallies_add_up_what_happened_by_session() -> None:
    slow = turn("slow", "t")
    slow["llm"] = slow["llm"] | {"ttft_ms": [20000]}
    replay = Batch(columns(turn("a", "s"), slow, slow | {"id": "slow2"}, turn("c", "t")))
    tally = replay.evaluate(encode(Settings())[None, :]).tallies["failed_rate"]
    # sessions of 1 and 3 turns with 0 and 2 failures
    sums = (tally.events, tally.trials, tally.squares, tally.cross, tally.sizes)
    assert [float(one[0]) for one in sums] == [2, 4, 4, 6, 10]


def test_any_chunking_and_any_number_of_threads_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    many = columns(*(turn(f"t{i}", f"s{i // 3}") for i in range(60)))
    many = many.replace(final_ms=rng.exponential(400, 60), ttft_ms=rng.exponential(600, (60, 2)))
    rows = np.array([encode(Settings().replace({"endpointing.silence_ms": 100.5 * i})) for i in range(9)])
    monkeypatch.setattr(batch, "BLOCK_TURNS", 7)
    whole = Batch(many, threads=1).evaluate(rows, (0.5, 0.95))
    monkeypatch.setattr(batch, "CHUNK_BYTES", 8 * 60 * 2)
    parts = Batch(many, threads=3).evaluate(rows, (0.5, 0.95))
    for name in ("quantiles", "mean_ms", "max_ms", "stop_ms", "talked_over_ms", "hiccup_ms"):
        assert getattr(whole, name).tobytes() == getattr(parts, name).tobytes(), name
    for name, tally in whole.tallies.items():
        assert tally.events.tobytes() == parts.tallies[name].events.tobytes(), name


def test_no_turns_is_an_error_with_words() -> None:
    with pytest.raises(InputError, match="no turns"):
        Batch(columns())
