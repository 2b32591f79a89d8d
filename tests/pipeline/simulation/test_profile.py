import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from pipeline.simulation.profile import Profile, parse, profile_names
from stages.errors import InputError, UnknownName

FOLDER = files("pipeline.simulation") / "profiles"
TEXTS = {entry.name: entry.read_text(encoding="utf-8") for entry in FOLDER.iterdir() if entry.name.endswith(".toml")}

KNOWN = (
    *("Switchboard", "eot-bench", "aiewf-eval", "STT benchmark", "llmperf", "EVA", "Pipecat lags", "Smart-Turn"),
    *("LiveKit interruption classifier", "LiveKit:", "Agora docs", "Picovoice", "philschmid", "livekit/agents PR"),
    "every session",
)


def sources(table: dict[str, Any]) -> Iterator[str]:
    """The sources of all numbers in a table of a profile."""
    if "source" in table:
        yield table["source"]
        return
    for value in table.values():
        if isinstance(value, dict):
            yield from sources(value)
        else:
            assert isinstance(value, str), f"a number without a source: {table}"


def test_the_profiles_that_users_are_promised_are_there():
    assert {"ai-tutor", "support-call", "companion-toy", "receptionist"} <= set(profile_names())


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_number_names_a_source_or_says_why_it_is_assumed(name):
    quoted = list(sources(tomllib.loads(TEXTS[name])))
    assert quoted
    for source in quoted:
        assert source.startswith(KNOWN) or re.match(r"assumed: \w.{10,}", source), source


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_samples_every_field_that_completion_may_ask_for(name):
    u = np.array([0.001, 0.5, 0.999])
    for field in (
        *("network.up_ms", "network.down_ms", "asr.final_ms", "llm.ttft_ms", "llm.token_ms", "llm.prefill_ms_per_1k"),
        *("llm.clause_tokens", "llm.sentence_tokens", "llm.reply_tokens", "tts.ttfb_ms", "tts.ms_per_token"),
    ):
        values = Profile.load(name).sample_field(field, u)
        assert (np.diff(values) > 0).all()
        assert (values > 0).all()


def test_an_unknown_profile_names_those_that_there_are():
    with pytest.raises(UnknownName, match=r"unknown profile 'ai-tuto'. Did you mean ai-tutor\? Valid: ai-tutor, compa"):
        Profile.load("ai-tuto")
    with pytest.raises(UnknownName):
        Profile.load("_common")


@pytest.mark.parametrize("field", ["llm.fallback_ttft_ms", "llm.first_turn", "brain.ms", "history"])
def test_a_field_that_a_profile_lacks_is_named(field):
    with pytest.raises(InputError, match=f"profile 'ai-tutor' has no {field}: name another with --profile"):
        Profile.load("ai-tutor").sample_field(field, np.array([0.5]))


def test_a_profile_of_ones_own_replaces_tables_with_a_source_and_keeps_the_rest():
    own = TEXTS["ai-tutor.toml"] + '\n[network.up_ms]\nquantiles = { p50 = 9 }\nsource = "made up"\n'
    profile = parse(own, "mine")
    assert profile.network.up_ms.quantiles == {"p50": 9}
    assert profile.network.up_ms.max == float("inf")
    assert profile.network.down_ms == Profile.load("ai-tutor").network.down_ms


def test_what_is_wrong_in_a_profile_is_named():
    broken = TEXTS["ai-tutor.toml"].replace("p95 = 676", "p95 = 40")
    with pytest.raises(InputError, match=r"profile 'mine': asr\.final_ms: values must rise with their share"):
        parse(broken, "mine")
    with pytest.raises(InputError, match="profile 'mine': "):
        parse("about = ", "mine")
