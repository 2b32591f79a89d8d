"""Turns taken side by side come to what they come to one by one, wherever tiles, sessions and pauses end."""

from __future__ import annotations

import pytest

from pipeline.kernel import vectorized
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests.pipeline.kernel.test_recount import is_recounted
from tests.pipeline.turns.test_columns import columns, turn

HASTY = Settings().replace(
    {
        "vad.silence_ms": 100,
        "endpointing.silence_ms": 250,
        "endpointing.max_silence_ms": 900,
        "eager.on": "final",
        "llm.timeout_ms": 700,
        "tts.timeout_ms": 300,
        "filler.after_ms": 900,
        "barge_in.mode": "interrupt",
        "barge_in.resume_ms": 200,
    }
)


@pytest.mark.parametrize("settings", [Settings(), HASTY], ids=["patient", "hasty"])
@pytest.mark.parametrize("profile", ["ai-tutor", "support-call", "companion-toy", "receptionist"])
def test_a_simulated_corpus_is_counted_as_its_outcomes_say(profile: str, settings: Settings) -> None:
    is_recounted(simulate(Profile.load(profile), 700, seed=4), settings)


def test_a_session_may_go_through_many_tiles() -> None:
    slow = turn("slow", "long")
    slow["llm"] = slow["llm"] | {"ttft_ms": [20000]}
    many = [slow | {"id": f"t{i}"} if i % 3 else turn(f"t{i}", "long") for i in range(1100)]
    is_recounted(columns(turn("first", "short"), *many, turn("last", "end")), HASTY)


@pytest.mark.parametrize(
    "pauses", [vectorized.PAUSES - 1, vectorized.PAUSES, vectorized.PAUSES + 1, 3 * vectorized.PAUSES]
)
def test_a_turn_may_have_more_pauses_than_a_tile_has_room_for(pauses: int) -> None:
    halting = turn("b", "s")
    halting["speech"] = halting["speech"] | {
        "pauses": [{"at_ms": 100 + 500 * k, "ms": 300, "eot_score": None} for k in range(pauses)],
        "end_ms": 1000 + 500 * pauses,
    }
    is_recounted(columns(turn("a", "s"), halting, turn("c", "s"), turn("d", "t")), HASTY)
