import numpy as np

from pipeline.simulation.ragged import gathered


def test_entries_gathered_round_by_round_stand_turn_by_turn():
    rounds = [
        (np.array([0, 2, 3]), {"ms": np.array([1.0, 3.0, 4.0])}),
        (np.array([0, 3]), {"ms": np.array([10.0, 40.0])}),
        (np.array([3]), {"ms": np.array([400.0])}),
    ]
    entries, start = gathered(rounds, 5)
    assert entries["ms"].tolist() == [1, 10, 3, 4, 40, 400]
    assert start.tolist() == [0, 2, 2, 3, 6, 6]


def test_turns_may_have_no_entries_at_all():
    entries, start = gathered([(np.array([], dtype=np.int64), {"ms": np.array([])})], 2)
    assert (len(entries["ms"]), start.tolist()) == (0, [0, 0, 0])
