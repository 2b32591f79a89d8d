import json
from dataclasses import replace
from typing import Any

import pytest

from pipeline.simulation import profile_names
from scripts.templates import FOLDER, written
from stages.errors import InputError, UnknownName
from stages.settings import Settings
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import DEFAULT_LIMITS
from tuner.statistics.objective import parse_goal
from tuner.support.templates import STYLES, Template, template
from tuner.support.templates.tuning import JUDGED_SEED, ROOM, SEED, roomier, tuned

EVERY = [(style, profile) for profile in profile_names() for style in STYLES]
FRESH_TURNS, FRESH_SEED = 50_000, 101


def far(stored: Estimate, now: Estimate) -> float:
    """How far two estimates are from each other, in sums of the halves of their intervals."""
    if stored.low is None or stored.high is None or now.low is None or now.high is None:
        return 0.0
    middles = abs(stored.low + stored.high - now.low - now.high) / 2
    return middles / ((stored.high - stored.low + now.high - now.low) / 2 + 1e-3)


@pytest.mark.parametrize(("style", "profile"), EVERY)
def test_a_stored_template_keeps_its_limits_on_turns_that_nobody_has_seen(style: str, profile: str) -> None:
    assert FRESH_SEED not in (SEED, JUDGED_SEED)
    found = template(style, profile)
    fresh = found.checked(FRESH_TURNS, FRESH_SEED)
    assert [one.sentence() for one in fresh.verdicts if not one.met_on_estimate] == []
    for name, stored in found.figures.items():
        assert far(stored, fresh.figures[name]) <= 2, name


@pytest.mark.parametrize(("style", "profile"), EVERY)
def test_a_template_was_judged_on_other_turns_than_it_was_tuned_on(style: str, profile: str) -> None:
    found = template(style, profile)
    assert found.judged_on["seed"] != found.tuned_on["seed"]
    assert found.figures["response_ms.p50"].n == found.judged_on["turns"] == 100_000
    assert (found.style, found.profile, found.goal) == (style, profile, STYLES[style].goal)
    assert found.limits == STYLES[style].limits(profile)
    for limit in found.limits:
        high = found.figures[limit.name].high
        assert high is not None
        assert high <= limit.value * 1.02


@pytest.mark.parametrize("profile", profile_names())
def test_the_styles_differ_as_their_names_say(profile: str) -> None:
    def figure(style: str, name: str) -> float:
        value = template(style, profile).figures[name].value
        assert value is not None
        return value

    late = [figure(style, "response_ms.p95") for style in ("fast", "balanced", "patient")]
    cut_off = [figure(style, "cut_off_rate") for style in ("fast", "balanced", "patient")]
    assert late == sorted(late)
    assert cut_off == sorted(cut_off, reverse=True)


def test_the_stored_files_are_those_that_there_should_be() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        "forms",
        *(f"{profile}.{style}.json" for style, profile in EVERY),
    }
    for path in FOLDER.glob("*.json"):
        profile, style, _ = path.name.split(".")
        text = path.read_text(encoding="utf-8")
        stored = json.loads(text)
        assert text == written(stored)
        assert _with_new_settings(stored) == template(style, profile).json_dict()


def _with_new_settings(stored: dict[str, Any]) -> dict[str, Any]:
    """What is stored; settings that are newer than the file have their defaults."""
    groups = Settings().json_dict()
    return stored | {"settings": {name: group | stored["settings"][name] for name, group in groups.items()}}


def test_every_limit_of_a_style_is_given_and_none_is_left_out() -> None:
    for style in STYLES.values():
        limits = style.limits("ai-tutor")
        assert {one.name for one in limits} == set(DEFAULT_LIMITS)
        assert {one.origin for one in limits} == {"given"}
        assert set(style.looser) <= set(profile_names())
        assert parse_goal(style.goal).quantiles


def test_the_search_is_left_room_under_every_limit() -> None:
    limits = {one.name: roomier(one).value for one in STYLES["patient"].limits("ai-tutor")}
    assert limits["cut_off_rate"] == pytest.approx(0.015 * ROOM)
    assert limits["llm_starts_per_turn"] == pytest.approx(1 + 0.2 * ROOM)


def test_what_an_agent_needs_follows_from_the_settings() -> None:
    plain = replace(template("fast", "receptionist"), settings=Settings())
    assert plain.needs == ()
    changes = {"eager.on": "score", "barge_in.score_threshold": 0.5, "barge_in.min_words": 1, "llm.fallback": True}
    assert replace(plain, settings=Settings().replace(changes)).needs == (
        "an end-of-turn model that gives scores",
        "a model that scores interruptions",
        "transcripts of what is said over the agent",
        "a fallback LLM",
    )


def test_unknown_names_are_reported_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="Did you mean patient"):
        template("pacient", "ai-tutor")
    with pytest.raises(UnknownName, match="Did you mean ai-tutor"):
        template("fast", "ai-tuter")


def test_a_template_that_does_not_hold_on_fresh_turns_is_refused() -> None:
    with pytest.raises(InputError, match=r"no template patient keeps its limits: (infeasible|too small)"):
        tuned(STYLES["patient"], "support-call", 20, turns=400, judged_turns=400)


EASY = {"cut_off_rate": 0.5, "false_interrupt_rate": 0.5, "missed_interrupt_rate": 0.5, "llm_starts_per_turn": 5}


def test_tuning_again_gives_the_same_template() -> None:
    own = tuple(f"{name}={EASY.get(name, 0.3)}" for name in DEFAULT_LIMITS)
    easy = replace(STYLES["fast"], own=own)

    def once() -> Template:
        return tuned(easy, "receptionist", 200, turns=600, judged_turns=900)

    assert json.dumps(once().json_dict()) == json.dumps(once().json_dict())
