import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.turns.draws import key, keys, uniforms

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


def named(*names: str) -> np.ndarray:
    return np.array([name.encode() for name in names], dtype=np.bytes_)


def test_a_name_is_hashed_by_fnv_1a():
    for name, hashed in (("a", 0xAF63DC4C8601EC8C), ("foobar", 0x85944171F73967E8)):  # its authors' test vectors
        assert key(name) == hashed
        assert keys(named(name))[0] == hashed


def test_draws_never_change():
    drawn = uniforms(7, keys(named("t00000", "t00001", "ai-tutor-1-0000000-00")), "llm.ttft_ms[0]")
    assert drawn.tolist() == [0.1629379667166756, 0.07599490100899187, 0.9404179320642415]
    assert uniforms(-3, keys(named("t00000")), "asr.final_ms").tolist() == [0.023598940877261332]
    assert uniforms(2**80 + 1, keys(named("t00000")), "asr.final_ms").tolist() == [0.9282653116805099]


@given(st.lists(texts, min_size=1, max_size=8), st.integers(0, 2**64))
def test_a_draw_depends_on_its_own_name_alone(names, seed):
    together = uniforms(seed, keys(named(*names)), "x")
    alone = [uniforms(seed, keys(named(name)), "x")[0] for name in names]
    assert together.tolist() == alone


def test_draws_are_uniform_and_unrelated_from_field_to_field_and_seed_to_seed():
    hashes = keys(named(*(f"session-{i // 9}-{i % 9}" for i in range(40_000))))
    columns = [uniforms(seed, hashes, field) for seed in (0, 1) for field in ("llm.ttft_ms[0]", "llm.ttft_ms[1]")]
    for drawn in columns:
        shares = np.histogram(drawn, bins=20, range=(0, 1))[0] / len(drawn)
        assert np.abs(shares - 0.05).max() < 0.005
        assert np.corrcoef(drawn[1:], drawn[:-1])[0, 1] == pytest.approx(0, abs=0.02)
    assert np.abs(np.corrcoef(columns) - np.eye(4)).max() < 0.02


def test_draws_are_never_0_or_1():
    extremes = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert ((uniforms(0, extremes, "") > 0) & (uniforms(0, extremes, "") < 1)).all()
    assert (2.0**52 - 0.5) * 2.0**-52 < 1
