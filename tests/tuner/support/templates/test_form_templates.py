"""Templates for vendors' forms: every one means what was judged, and misses no limit without saying so."""

import json
from functools import cache

import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, profile_names, simulate
from scripts.templates import FORMS, forms_written
from stages.settings import Settings
from tuner.statistics.gauge import gauge
from tuner.support.templates import STYLES, Template, template
from tuner.support.templates.form_template import FormTemplate, every_form, for_form, written_and_meant
from tuner.support.templates.form_tuning import TURNS, Searched, tuned_for
from tuner.targets import target

FRESH_TURNS, FRESH_SEED = 8_000, 101
EVERY = {form.name: form for form in every_form()}
STYLED = [(style, profile) for profile in profile_names() for style in STYLES]


@cache
def fresh(profile: str) -> Batch:
    return Batch(simulate(Profile.load(profile), FRESH_TURNS, FRESH_SEED))


@pytest.mark.parametrize("profile", profile_names())
def test_no_template_misses_a_limit_unsaid_in_any_form(profile: str) -> None:
    unsaid = []
    for style in STYLES:
        found = template(style, profile)
        for form in EVERY.values():
            carried = for_form(found, form)
            _, meant = written_and_meant(form, carried.settings)
            figures = gauge(fresh(profile), meant, found.limits).figures
            for limit in found.limits:
                low = figures[limit.name].low
                surely_missed = low is not None and low > limit.value
                if surely_missed and limit not in carried.missed:
                    unsaid.append((form.name, style, limit.name, low))
    assert unsaid == []


@pytest.mark.parametrize("form", EVERY)
def test_what_is_written_in_a_form_means_the_settings_that_were_judged(form: str) -> None:
    for style, profile in STYLED:
        settings = for_form(template(style, profile), EVERY[form]).settings
        assert written_and_meant(EVERY[form], settings)[1] == settings, (style, profile)


@pytest.mark.parametrize("form", EVERY)
def test_a_limit_is_said_to_be_missed_where_its_figure_is_above_it(form: str) -> None:
    unsaid = []
    for style, profile in STYLED:
        found = template(style, profile)
        carried = for_form(found, EVERY[form])
        figures = {one: carried.figures[one.name].value for one in found.limits}
        unsaid += [
            (style, profile, one)
            for one, value in figures.items()
            if (value is None or value > one.value) and one not in carried.missed
        ]
    assert unsaid == []


def test_only_forms_that_do_not_carry_a_template_have_one_of_their_own() -> None:
    assert {path.stem for path in FORMS.iterdir()} == set(EVERY) - {"json", "toml", "env"}
    for path in FORMS.iterdir():
        text = path.read_text(encoding="utf-8")
        stored = json.loads(text)
        assert text == forms_written(stored["form"], stored["templates"])
        assert set(stored["templates"]) == {f"{profile}.{style}" for style, profile in STYLED}


def test_a_version_without_a_stored_template_is_judged_as_it_reads_its_file() -> None:
    found, old = template("balanced", "ai-tutor"), target("livekit@1.2.7")
    carried = for_form(found, old)
    assert not carried.tuned
    assert written_and_meant(old, carried.settings)[1] == carried.settings


def _small(found: Template, form: str, searched: Searched) -> FormTemplate | None:
    turns = simulate(Profile.load(found.profile), 600, 5)
    return tuned_for(target(form), found, turns, turns, 30, searched)


def test_a_form_that_carries_the_template_needs_no_search() -> None:
    searched = Searched()
    assert _small(template("fast", "ai-tutor"), "json", searched) is None
    assert searched == {}


def test_forms_that_can_have_the_same_are_searched_once() -> None:
    searched = Searched()
    made = [_small(template("fast", "ai-tutor"), name, searched) for name in ("gemini", "gemini-python")]
    assert made[0] is not None
    assert made[0] == made[1]
    assert len(searched) == 1
    assert made[0].settings != Settings()
    assert TURNS > 600
