import json
import shlex
from pathlib import Path

import pytest

from stages.settings import Settings, parse
from tuner.support.templates import template
from tuner.targets import target
from tuner.targets.meaning import meant_by


def test_the_settings_go_to_stdout_and_their_figures_to_stderr(run, tmp_path: Path) -> None:
    done = run("settings", "template", "balanced", "--for", "support-call")
    assert done.code == 0
    assert parse(json.loads(done.out)) == template("balanced", "support-call").settings
    assert "assumed from the profile support-call, not the customer's" in done.err
    assert "n = 100,000, limit 3%" in done.err
    assert "needs an end-of-turn model that gives scores" in done.err
    path = tmp_path / "start.json"
    path.write_text(done.out)
    assert run("diagnose", "--profile", "support-call", "--settings", path, "-n", 200).code == 0


def test_programs_get_settings_limits_and_figures_in_one(run) -> None:
    found = run("settings", "template", "fast", "--for", "ai-tutor", "--json").json
    assert (found["schema"], found["style"], found["assumed"]) == ("turntempo.template/2", "fast", True)
    assert found["limits"]["cut_off_rate"] == 0.06
    assert found["figures"]["cut_off_rate"]["high"] <= 0.06
    assert {"tuned_on", "judged_on", "settings", "needs"} <= set(found)


def test_for_a_vendor_it_is_tuned_among_what_that_can_have_and_says_what_lies_elsewhere(run) -> None:
    done = run("settings", "template", "balanced", "--for", "ai-tutor", "--target", "pipecat")
    assert done.code == 0, done.err
    assert "VADParams(" in done.out
    assert "tuned among what it can have" in done.err
    assert "assumed from the profile ai-tutor, not the customer's" in done.err
    assert "  set elsewhere: " in done.err
    assert "MISSED" not in done.err


def test_what_is_printed_for_a_vendor_means_the_settings_whose_figures_are_shown(run) -> None:
    found = run("settings", "template", "balanced", "--for", "ai-tutor", "--target", "pipecat", "--json").json
    carried = parse(found["carried"]["settings"])
    pipecat = target("pipecat")
    assert meant_by(pipecat, found["configuration"], "bot.py", carried, Settings()) == carried


@pytest.mark.parametrize("version", ["livekit", "livekit@1.2.7"])
def test_a_version_of_a_vendor_gets_figures_of_its_own(run, version: str) -> None:
    done = run("settings", "template", "balanced", "--for", "ai-tutor", "--target", version)
    assert (done.code == 1) == ("MISSED" in done.err)
    assert (done.out == "") == (done.code == 1)


MISSING = ("settings", "template", "balanced", "--for", "ai-tutor", "--target", "agora-vad")


def test_a_limit_that_a_vendor_cannot_keep_is_named_and_nothing_is_printed_unless_it_is_asked_for(run) -> None:
    done = run(*MISSING)
    assert (done.code, done.out) == (1, "")
    assert "is not shown to keep " in done.err
    assert "missed_interrupt_rate (" in done.err
    command = next(line for line in done.err.splitlines() if "turntempo settings" in line).partition("turntempo ")[2]
    again = run(*shlex.split(command))
    assert again.code == 0
    assert json.loads(again.out)["properties"]["vad"]


def test_naming_some_of_the_limits_is_not_enough_and_a_name_that_is_none_is_refused(run) -> None:
    assert run(*MISSING, "--despite", "missed_interrupt_rate").code == 1
    done = run(*MISSING, "--despite", "missed_interupt_rate")
    assert done.code == 2
    assert "Did you mean missed_interrupt_rate?" in done.err


def test_in_neutral_json_everything_is_carried_and_the_figures_stand(run) -> None:
    done = run("settings", "template", "balanced", "--for", "support-call", "--target", "json")
    assert parse(json.loads(done.out)) == template("balanced", "support-call").settings
    assert "all of it" in done.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["quick", "--for", "ai-tutor"], "Valid: fast, balanced, patient"),
        (["fast", "--for", "tutor"], "Did you mean ai-tutor?"),
        (["fast"], "--for"),
        (["fast", "--for", "ai-tutor", "--target", "agorra"], "Did you mean agora?"),
    ],
)
def test_a_wrong_name_is_refused_with_the_right_ones(run, given: list[str], said: str) -> None:
    done = run("settings", "template", *given)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
