import numpy as np
import pytest

from pipeline.simulation import Profile, simulate
from stages.errors import InputError
from stages.settings import Settings
from stages.vector import PLACE, encode
from tuner.space.deployable import EVERYTHING, Coupling, DeployableSpace, at_least, follows
from tuner.space.space import Space, space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import default_limits
from tuner.targets import target

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
AGORA = target("agora")
SILENCE, PATIENCE, ONSET = "endpointing.silence_ms", "endpointing.max_silence_ms", "endpointing.onset_ms"
SPEECH, WITHDRAW = "barge_in.min_speech_ms", "barge_in.withdraw_ms"


def space(deployable: DeployableSpace, *vary: str, settings: Settings | None = None, **changes: object) -> Space:
    chosen = (settings or Settings()).replace({name.replace("__", "."): value for name, value in changes.items()})
    named = [one for text in vary for one in parse_vary(text)]
    return space_of(TURNS, TURNS, chosen, default_limits(), named, (), deployable)


def on_agora(*vary: str, **changes: object) -> Space:
    return space(AGORA.deployable_space(), *vary, settings=AGORA.as_deployed(Settings()), **changes)


def test_without_a_vendor_nothing_is_out_of_reach() -> None:
    assert EVERYTHING.out_of("eager.on", named=False) is None
    assert EVERYTHING.within(SILENCE, (1, 2)) == (1, 2)
    assert EVERYTHING.coupled(Settings()) == Settings()


def test_a_tie_sets_a_setting_from_others() -> None:
    rows = encode(Settings().replace({SILENCE: 900, PATIENCE: 700, SPEECH: 250}))[None, :].repeat(2, axis=0)
    for coupling in (
        at_least(PATIENCE, SILENCE),
        follows(WITHDRAW, SPEECH, 16),
        Coupling(ONSET, (), lambda: 5, "always 5"),
    ):
        coupling.apply(rows)
    found = [rows[1, PLACE[name]] for name in (PATIENCE, WITHDRAW, ONSET)]
    assert found == [900, 266, 5]


def test_numbers_are_the_vendor_s_between_the_ends_of_an_axis() -> None:
    deployable = DeployableSpace(
        "V", {SILENCE: (96, 128, 160, 192, 224), PATIENCE: (None, 100), "barge_in.mode": ("append", "ignore")}
    )
    assert deployable.within(SILENCE, (110, 120, 130, 200)) == (128, 160, 192)
    assert deployable.within(PATIENCE, (50, 100, 200)) == (100,)
    assert deployable.within(PATIENCE, (50, 200, None)) == (100, None)
    assert deployable.within(PATIENCE, (None, 50, 200)) == (None, 100)
    assert deployable.within("barge_in.mode", ("interrupt", "append", "ignore")) == ("append", "ignore")


def test_only_what_the_vendor_has_is_an_axis_and_the_rest_has_the_reason() -> None:
    found = on_agora()
    assert set(found.names) <= set(AGORA.values)
    assert {SILENCE, SPEECH, "barge_in.mode"} <= set(found.names)
    assert "Agora publishes no early start" in found.locks["eager.on"]
    assert "your own LLM service" in found.locks["llm.timeout_ms"]
    assert found.locks[WITHDRAW].endswith(f"the same as {SPEECH}")
    assert "no price" in found.locks[ONSET]


def test_every_point_can_be_deployed_as_it_is() -> None:
    found = on_agora()
    random = np.random.Generator(np.random.PCG64(1))
    assert len(found)
    for point in random.integers(0, found.sizes, size=(200, len(found))):
        settings = found.settings_at(point)
        assert AGORA.takes(settings)
        assert settings.flat()[WITHDRAW] == settings.flat()[SPEECH]
        assert settings.flat()[PATIENCE] >= settings.flat()[SILENCE]


def test_what_is_set_elsewhere_is_searched_where_it_is_named() -> None:
    assert on_agora("llm.timeout_ms", SILENCE).names == (SILENCE, "llm.timeout_ms")
    wide = space(AGORA.deployable_space().with_elsewhere(), settings=AGORA.as_deployed(Settings()))
    assert set(wide.names) - set(on_agora().names) >= {"llm.timeout_ms", "tts.timeout_ms"}
    assert "eager.on" in wide.locks


def test_what_the_vendor_cannot_do_is_refused_where_it_is_named() -> None:
    with pytest.raises(InputError, match=r"--vary eager.on: .*Agora publishes no early start"):
        on_agora("eager.on")
    assert on_agora("eager", SILENCE).names == (SILENCE,)


def test_a_value_that_the_vendor_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match=r"--vary endpointing.silence_ms: Agora .* has no 2500.0; it has 120..2000"):
        on_agora(f"{SILENCE}=500:2500:500")
    assert on_agora(f"{SILENCE}=500:1500:500").sizes.tolist() == [3]
    assert on_agora(f"{SILENCE}=505,517").sizes.tolist() == [2]


def test_settings_in_force_that_the_vendor_does_not_have_are_refused() -> None:
    with pytest.raises(InputError, match="does not have the settings in force"):
        on_agora(endpointing__silence_ms=2500)


def test_a_setting_without_a_price_moves_where_the_vendor_s_users_may_move_it() -> None:
    stack = DeployableSpace("V", {ONSET: (100, 200)}, free=frozenset({ONSET}))
    assert ONSET in space(stack).names
    assert ONSET in space(DeployableSpace("V", {ONSET: (100, 200)})).locks
