from dataclasses import replace

import pytest

from tests.tui.driving import CAUTIOUS
from tui.state import opener
from tui.state.app_state import Opened
from tui.state.search_form import FieldError, SearchForm, budget_of, goal_of, limit_of, others_of, seed_of, task_of
from tui.state.search_scope import SearchScope, search_scope
from tui.state.turn_source import TurnSource
from tuner.search.budget import DEFAULT_BUDGET
from tuner.statistics.limits import default_limits


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    from pipeline.recordings import write_settings

    settings = tmp_path_factory.mktemp("form") / "s.json"
    write_settings(settings, CAUTIOUS)
    return opener.open_source(TurnSource("profile", "ai-tutor", turns=300, seed=7, settings_file=str(settings)))


@pytest.fixture(scope="module")
def anywhere(opened: Opened) -> SearchScope:
    return search_scope(opened, "", False, default_limits())


def test_as_it_stands_it_is_what_the_command_line_searches(opened: Opened, anywhere: SearchScope) -> None:
    task = task_of(SearchForm(), opened, anywhere)
    assert (task.goal.text, task.limits, task.vary, task.lock, task.seed) == ("p95", default_limits(), (), (), 0)
    assert task.settings == opened.settings
    assert task.budget == DEFAULT_BUDGET


def test_what_is_unticked_is_locked_and_what_is_ticked_beyond_is_named(opened: Opened, anywhere: SearchScope) -> None:
    assert "endpointing.silence_ms" in anywhere.searched
    assert "price" in anywhere.locks["vad.silence_ms"]
    assert "vad.silence_ms" not in anywhere.fixed
    less = task_of(SearchForm(locked=("endpointing.silence_ms",)), opened, anywhere)
    assert (less.lock, less.vary) == (("endpointing.silence_ms",), ())
    more = task_of(SearchForm(locked=("endpointing.silence_ms",), varied=("vad.silence_ms",)), opened, anywhere)
    names = {one.name for one in more.vary}
    assert names == {*anywhere.searched, "vad.silence_ms"} - {"endpointing.silence_ms"}
    with pytest.raises(FieldError) as wrong:
        task_of(SearchForm(locked=anywhere.searched), opened, anywhere)
    assert wrong.value.field == "moving"


def test_a_vendor_fixes_what_it_does_not_have(opened: Opened) -> None:
    agora = search_scope(opened, "agora", False, default_limits())
    assert "eager.on" in agora.fixed
    assert "Agora publishes no early start" in agora.locks["eager.on"]
    assert "llm.timeout_ms" not in agora.searched
    assert "llm.timeout_ms" not in agora.fixed
    assert "llm.timeout_ms" in search_scope(opened, "agora", True, default_limits()).searched
    assert agora.ticked((), ("eager.on",)) == agora.searched


@pytest.mark.parametrize(
    ("check", "text", "field", "rule"),
    [
        (goal_of, "p200", "goal", "0.5*p50+0.5*p95; got p200"),
        (goal_of, "", "goal", "write p50"),
        (lambda text: limit_of("cut_off_rate", text), "many", "limit-cut_off_rate", "write 3% or 0.03"),
        (lambda text: limit_of("cut_off_rate", text), "3", "limit-cut_off_rate", "got 3"),
        (lambda text: limit_of("llm_starts_per_turn", text), "0.5", "limit-llm_starts_per_turn", "from 1"),
        (others_of, "p95=900, speed=3", "others", "unknown limit 'speed'"),
        (others_of, "p95=soon", "others", "is not a number"),
        (budget_of, "5", "budget", "10 or more"),
        (budget_of, "soon", "budget", "30s or 2m"),
        (seed_of, "-1", "seed", "from 0"),
    ],
)
def test_what_breaks_a_rule_is_shown_with_its_field_and_the_rule(check, text: str, field: str, rule: str) -> None:
    with pytest.raises(FieldError) as wrong:
        check(text)
    assert wrong.value.field == field
    assert rule in str(wrong.value)
    assert "--" not in str(wrong.value)


def test_limits_that_are_typed_take_the_place_of_the_defaults() -> None:
    limits = SearchForm(limits={"cut_off_rate": "5%"}, others="p95=900; stop_ms.p95=700").parsed_limits()
    found = {one.name: (one.value, one.origin) for one in limits}
    assert found["cut_off_rate"] == (0.05, "given")
    assert found["lost_rate"] == (0.005, "default")
    assert (found["response_ms.p95"], found["stop_ms.p95"]) == ((900, "given"), (700, "given"))
    assert budget_of("30s").seconds == 30
    assert budget_of("15,000").evaluations == 15_000


def test_it_is_remembered_as_plain_values_and_damage_is_forgotten() -> None:
    form = SearchForm(
        "p99", {"cut_off_rate": "5%"}, "p95=900", "agora", True, "30s", "4", ("llm.hedge",), ("vad.silence_ms",)
    )
    assert SearchForm.from_json(form.json_dict()) == form
    assert SearchForm.from_json({}) == SearchForm()
    assert SearchForm.from_json({"limits": 3}) == SearchForm()
    assert SearchForm.from_json({"unfinished": True, "seed": "4"}) == replace(SearchForm(), seed="4")
