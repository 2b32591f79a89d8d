import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.settings import NAMES, SETTINGS, Settings
from stages.vector import PLACE, encode
from tuner.space.space import Space, space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import default_limits

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
UNSCORED = TURNS.replace(eot_score=TURNS.eot_score * np.nan)
SCORED = {name for name, one in SETTINGS.items() if "scores" in one.evidence}


def space(
    *vary: str, settings: Settings | None = None, lock: tuple[str, ...] = (), turns: Columns = TURNS, **changes: object
) -> Space:
    chosen = (settings or Settings()).replace({name.replace("__", "."): value for name, value in changes.items()})
    named = [one for text in vary for one in parse_vary(text)]
    return space_of(turns, turns, chosen, default_limits(), named, lock)


WHOLE = space()


def test_an_axis_is_coded_without_checking_a_whole_set_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    found = space()
    monkeypatch.setattr("stages.settings.parse", pytest.fail)
    assert [len(axis.codes) for axis in found.dimensions] == found.sizes.tolist()


def test_every_value_of_an_axis_keeps_to_the_range_of_its_setting() -> None:
    assert WHOLE.dimensions
    for axis in WHOLE.dimensions:
        rows = [encode(Settings().replace({axis.name: value})) for value in axis.values]  # raises where it does not
        np.testing.assert_array_equal(axis.codes, np.array(rows)[:, PLACE[axis.name]])


def axis(found: Space, name: str) -> tuple[object, ...]:
    return found.dimensions[found.names.index(name)].values


def test_every_setting_is_an_axis_or_locked_with_a_reason() -> None:
    assert set(WHOLE.names) | set(WHOLE.locks) == set(NAMES)
    assert not set(WHOLE.names) & set(WHOLE.locks)
    assert all(WHOLE.locks.values())
    assert len(WHOLE) == len(WHOLE.sizes) == len(WHOLE.home)


@given(st.randoms(use_true_random=False))
def test_a_point_is_the_settings_it_stands_for_and_back(random: object) -> None:
    point = np.array([random.randrange(size) for size in WHOLE.sizes])  # type: ignore[attr-defined]
    found = WHOLE.settings_at(point).flat()
    values = {one.name: one.values[place] for one, place in zip(WHOLE.dimensions, point, strict=True)}
    values["endpointing.max_silence_ms"] = max(values["endpointing.max_silence_ms"], values["endpointing.silence_ms"])
    assert found == Settings().flat() | values
    assert np.array_equal(WHOLE.rows(point[None, :])[0], encode(Settings().replace(values)), equal_nan=True)


def test_home_is_the_settings_in_force_wherever_they_stand() -> None:
    odd = {"endpointing.silence_ms": 643, "endpointing.eot_threshold": 0.123, "asr.empty_timeout_ms": 29_999}
    settings = Settings().replace(odd)
    found = space(settings=settings)
    assert found.settings_at(found.home) == settings
    assert 643 in axis(found, "endpointing.silence_ms")
    assert axis(found, "endpointing.eot_threshold")[0] is None


def test_a_maximum_wait_below_the_wait_is_raised_unless_it_is_so_in_force() -> None:
    wait, patience = "endpointing.silence_ms", "endpointing.max_silence_ms"
    point = WHOLE.home.copy()
    point[WHOLE.names.index(patience)] = 0
    assert WHOLE.settings_at(point).flat()[patience] == Settings().flat()[wait]
    odd = space(settings=Settings().replace({wait: 900, patience: 700}))
    assert odd.settings_at(odd.home).flat()[patience] == 700


def test_settings_that_are_not_named_stay_fixed() -> None:
    found = space("endpointing.silence_ms=200:1200:50", "barge_in.mode")
    assert found.names == ("endpointing.silence_ms", "barge_in.mode")
    assert found.locks["llm.timeout_ms"] == "not named by --vary"
    assert found.json_dict()["endpointing.silence_ms"] == [*range(200, 1201, 50)]


def test_values_named_by_the_user_are_tried_alone_with_home_at_the_nearest() -> None:
    found = space("endpointing.silence_ms=200:1200:100", "endpointing.eot_threshold=0.4,0.6")
    assert found.settings_at(found.home).endpointing.silence_ms == 600
    assert axis(found, "endpointing.eot_threshold") == (0.4, 0.6)


def test_a_setting_without_a_price_is_varied_where_it_is_named() -> None:
    assert "filler.after_ms" in WHOLE.locks
    assert space("filler.after_ms", "vad.silence_ms").names == ("vad.silence_ms", "filler.after_ms")


def test_a_lock_of_the_user_comes_first() -> None:
    found = space("eager", lock=("eager.on",))
    assert found.locks["eager.on"] == "locked by the user"
    assert "eager.on" not in found.names


@pytest.mark.parametrize("text", ["endpointing.eot_threshold", "endpointing.eot_threshold=0.4,0.6"])
def test_naming_a_setting_that_cannot_be_judged_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(InputError, match=r"--vary endpointing\.eot_threshold: this recording cannot judge it: end-of"):
        space(text, turns=UNSCORED)


def test_a_group_leaves_out_what_the_recording_cannot_judge() -> None:
    found = space("endpointing", turns=UNSCORED)
    assert "endpointing.silence_ms" in found.names
    assert not SCORED & set(found.names)


def test_without_scores_no_preemptive_start_depends_on_them() -> None:
    assert "score" in axis(WHOLE, "eager.on")
    assert "score" not in axis(space(turns=UNSCORED), "eager.on")


def test_where_silence_alone_decides_the_wait_stays_below_the_maximum() -> None:
    found = axis(space(endpointing__max_silence_ms=1000), "endpointing.silence_ms")
    assert found[-1] == 1000


def test_a_wait_longer_than_any_pause_heard_is_not_tried() -> None:
    short = TURNS.replace(pause_ms=np.minimum(TURNS.pause_ms, 500))
    assert axis(space(turns=short), "endpointing.silence_ms")[-1] == 640


def test_a_setting_with_one_value_is_not_an_axis() -> None:
    turns = TURNS.replace(pause_ms=np.full_like(TURNS.pause_ms, 3000))
    found = space(turns=turns, endpointing__silence_ms=3000)
    assert found.locks["endpointing.silence_ms"] == "there is only one value to try"
