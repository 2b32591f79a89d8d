"""Where streams join."""

from pipeline.streaming.gate import Gate


def test_a_gate_opens_once_with_the_last_of_what_it_waits_for() -> None:
    calls: list[str] = []
    gate = Gate("text", "commit", opened=lambda: calls.append("open"))
    gate.has("text")
    gate.has("text")
    assert calls == []
    gate.has("commit")
    gate.has("commit")
    assert calls == ["open"]


def test_what_a_gate_does_not_wait_for_is_no_matter() -> None:
    calls: list[str] = []
    gate = Gate("text", opened=lambda: calls.append("open"))
    gate.has("commit")
    assert calls == []
    gate.has("text")
    assert calls == ["open"]
