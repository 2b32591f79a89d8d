"""Where streams join."""

from pipeline.streaming.gate import Gate


def test_a_gate_opens_once_with_the_last_of_what_it_waits_for() -> None:
    told: list[str] = []
    gate = Gate("text", "commit", opened=lambda: told.append("open"))
    gate.has("text")
    gate.has("text")
    assert told == []
    gate.has("commit")
    gate.has("commit")
    assert told == ["open"]


def test_what_a_gate_does_not_wait_for_is_no_matter() -> None:
    told: list[str] = []
    gate = Gate("text", opened=lambda: told.append("open"))
    gate.has("commit")
    assert told == []
    gate.has("text")
    assert told == ["open"]
