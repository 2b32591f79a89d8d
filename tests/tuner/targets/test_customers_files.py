"""Files as customers have them, each read as what its vendor takes it for."""

from pathlib import Path

import pytest

from tuner.deploy.our_settings import our_settings

MODE, VOICE, WAIT = "barge_in.mode", "barge_in.min_speech_ms", "endpointing.silence_ms"
READ = [
    ("volc-k1/bot.json", {WAIT: 800, VOICE: 600}),
    ("volc-k1/doc.json", {WAIT: 600}),
    ("uv243/call.json", {WAIT: 384, VOICE: 90}),
    ("uv243/agent.py", {WAIT: 384, VOICE: 50}),
    ("agora-ios/old_vad.json", {WAIT: 480}),
    ("unk/oai_typo.json", {WAIT: 1000}),
    ("lk6635/agent.py", {WAIT: 500, MODE: "ignore"}),
]


@pytest.mark.parametrize(("name", "expected"), READ, ids=[name for name, _ in READ])
def test_a_customers_file_is_read_as_its_vendor_takes_it(shared: Path, name: str, expected: dict[str, object]) -> None:
    flat = our_settings(shared / "data/cases" / name).settings.flat()
    assert {one: flat[one] for one in expected} == expected


def test_a_realtime_models_name_is_no_unknown_key(shared: Path) -> None:
    said = our_settings(shared / "data/cases/lk6635/agent.py").doubts
    assert [one for one in said if "unknown, and not read" in one] == []
