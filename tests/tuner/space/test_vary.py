import pytest

from stages.errors import InputError, UnknownName
from stages.settings import NAMES
from tuner.space.axes import ladder
from tuner.space.vary import Vary, names_of, parse_vary


def test_a_name_alone_leaves_its_values_to_the_search() -> None:
    assert parse_vary("endpointing.silence_ms") == (Vary("endpointing.silence_ms"),)


@pytest.mark.parametrize("pattern", ["eager", "eager.*"])
def test_a_group_or_a_pattern_stands_for_its_settings(pattern: str) -> None:
    expected = tuple(name for name in NAMES if name.startswith("eager."))
    assert names_of(pattern) == expected
    assert tuple(one.name for one in parse_vary(pattern)) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("endpointing.silence_ms=200:260:20", (200.0, 220.0, 240.0, 260.0)),
        ("endpointing.silence_ms=200:250:20", (200.0, 220.0, 240.0)),
        ("eager.threshold=0.1:0.3:0.1", (0.1, 0.2, 0.3)),
        ("endpointing.silence_ms=980:1060", (980.0, 990.0, 1000.0, 1020.0, 1040.0, 1060.0)),
        ("llm.attempts=1:3", (1, 2, 3)),
        ("endpointing.eot_threshold=null,0.5", (None, 0.5)),
        ("llm.max_history = 4, 8, null, 8", (4, 8, None)),
        ("eager.on=off,score", ("off", "score")),
        ("llm.hedge=false,true", (False, True)),
    ],
)
def test_values_come_as_a_range_or_a_list(text: str, values: tuple[object, ...]) -> None:
    (found,) = parse_vary(text)
    assert found.values == values
    assert [type(value) for value in found.values or ()] == [type(value) for value in values]


def test_a_range_of_milliseconds_without_a_step_takes_the_ladder() -> None:
    assert parse_vary("endpointing.silence_ms=200:1500")[0].values == ladder(200, 1500)


def test_a_range_of_shares_without_a_step_takes_fifty() -> None:
    values = parse_vary("eager.threshold=0.5:1")[0].values
    assert values is not None
    assert (len(values), values[:2], values[-1]) == (51, (0.5, 0.51), 1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("eager=1:2", f"values go with one setting, and 'eager' stands for {len(names_of('eager'))}"),
        ("endpointing.silence_ms=300", "nothing to vary; to keep a setting write --lock endpointing.silence_ms"),
        ("endpointing.silence_ms=300,300", "nothing to vary"),
        ("endpointing.silence_ms=300:200", "LOW < HIGH"),
        ("endpointing.silence_ms=200:300:0", "0 < STEP"),
        ("endpointing.silence_ms=200:300:200", "STEP <= HIGH - LOW"),
        ("endpointing.silence_ms=200:300:10:1", "write LOW:HIGH or LOW:HIGH:STEP"),
        ("endpointing.silence_ms=0:3000:0.01", "more than 10000 steps"),
        ("llm.max_history=1:1000000000000", "more than 10000 steps"),
        ("endpointing.silence_ms=low:300", "'low' is not a number"),
        ("llm.attempts=nan,2", "'nan' is not a number"),
        ("llm.attempts=1:inf", "'inf' is not a number"),
        ("eager.threshold=0:inf", "'inf' is not a number"),
        ("eager.on=off:score", "takes no range; list its values, as in eager.on=off,score,final"),
        ("llm.hedge=0:1", "list its values, as in llm.hedge=false,true"),
        ("endpointing.silence_ms=200:9000", "endpointing.silence_ms"),
        ("llm.attempts=1,2.5", "llm.attempts"),
        ("eager.on=off,often", "eager.on"),
        ("endpointing.silence_ms=200,null", "endpointing.silence_ms"),
    ],
)
def test_an_invalid_vary_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_vary(text)


def test_an_unknown_setting_names_the_closest() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean endpointing\.silence_ms"):
        parse_vary("endpointing.silense_ms=200:300")
