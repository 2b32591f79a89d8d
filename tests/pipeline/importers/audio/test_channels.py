"""Which of two channels is the user's."""

import numpy as np

from pipeline.importers.audio.channels import sides
from pipeline.importers.audio.hearing import SILENT_DB, Heard
from pipeline.importers.audio.stretches import Stretch


def quiet(*levels: float) -> Heard:
    """Channels in which nobody speaks, with this level."""
    held = np.repeat(np.array(levels, np.float32)[:, None], 400, axis=1)
    return Heard(np.zeros((len(levels), 100), np.float32), held, (), (3_200.0,) * len(levels))


LATE = [[Stretch(9_000, 10_000)], [Stretch(11_000, 12_000)]]


def test_without_evidence_the_left_one_is_taken_in_doubt() -> None:
    found = sides(quiet(-60, -60), LATE, None, "auto")
    assert (found.user, found.in_doubt) == (0, True)


def test_digital_silence_is_the_agents() -> None:
    left, right = (sides(quiet(*levels), LATE, None, "auto") for levels in ((-60, SILENT_DB), (SILENT_DB, -60)))
    assert [(one.user, one.in_doubt) for one in (left, right)] == [(0, False), (1, False)]
    assert "digital silence" in left.why


def test_who_hears_the_other_is_the_user() -> None:
    assert [sides(quiet(-60, -60), LATE, place, "auto").user for place in (0, 1)] == [0, 1]


def test_who_greets_is_the_agent() -> None:
    greeting = [[Stretch(4_000, 5_000)], [Stretch(500, 1_500)]]
    assert not sides(quiet(-60, -60), greeting, None, "auto").in_doubt
    assert sides(quiet(-60, -60), greeting[::-1], None, "auto").in_doubt


def test_what_was_said_is_taken_against_all_evidence() -> None:
    found = sides(quiet(-60, SILENT_DB), LATE, 0, "right")
    assert (found.user, found.in_doubt) == (1, False)
