import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuner.recommendation.frontier import pareto

POINTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=40)


@given(POINTS)
def test_a_frontier_holds_what_no_other_point_beats_in_both(points: list[tuple[int, int]]) -> None:
    risk, ms = np.array(points, dtype=np.float64).T
    places = pareto(risk, ms)
    on = {(risk[i], ms[i]) for i in places}
    for x, y in points:
        beaten = any(r <= x and m <= y and (r, m) != (x, y) for r, m in points)
        assert ((x, y) in on) != beaten
    assert (np.diff(risk[places]) > 0).all()
    assert (np.diff(ms[places]) < 0).all()
