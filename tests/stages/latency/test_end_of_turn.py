"""The modelled end-of-turn model (timing model, section 1)."""

from math import inf

from pipeline.streaming.clock import VirtualClock
from stages.clock import Priority
from stages.latency.end_of_turn import ModelledEndOfTurn
from stages.silence import Silence


def answers(score: float | None) -> list[tuple[float, float]]:
    """What the model says of this silence, asked at 1000, and when."""
    clock, events = VirtualClock(), []
    model, silence = ModelledEndOfTurn(clock, delay_ms=40), Silence(0, 900, inf, 0, score, 0, 0)
    clock.at(1000, Priority.VAD, lambda: model.ask(silence, lambda score: events.append((clock.now, score))))
    clock.run()
    assert model.knows(silence) is bool(events)
    return events


def test_the_model_answers_with_the_score_of_the_turn_after_its_delay() -> None:
    assert answers(0.0) == [(1040, 0.0)]


def test_where_the_turn_knows_no_score_the_model_has_no_answer() -> None:
    assert answers(None) == []
