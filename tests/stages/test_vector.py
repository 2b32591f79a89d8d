import numpy as np
import pytest

from stages.settings import NAMES, Settings, from_flat
from stages.vector import CHOICES, PLACE, decode, encode


def test_a_row_holds_a_setting_a_place_in_the_order_of_the_names() -> None:
    row = encode(from_flat({"vad.silence_ms": 250, "eager.on": "final", "llm.hedge": True, "filler.after_ms": None}))
    assert row.shape == (len(NAMES),)
    assert row[PLACE["vad.silence_ms"]] == 250
    assert CHOICES["eager.on"][int(row[PLACE["eager.on"]])] == "final"
    assert row[PLACE["llm.hedge"]] == 1
    assert np.isnan(row[PLACE["filler.after_ms"]])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"llm.max_history": 4, "asr.empty_timeout_ms": None, "barge_in.on_words": "final"},
        {"endpointing.eot_threshold": 0.7, "barge_in.mode": "ignore", "barge_in.resume_ms": 0, "eager.tts": True},
    ],
)
def test_settings_come_back_from_their_row_unchanged(changes: dict[str, object]) -> None:
    settings = from_flat(changes)
    assert decode(encode(settings)) == settings
    assert decode(encode(Settings())) == Settings()
