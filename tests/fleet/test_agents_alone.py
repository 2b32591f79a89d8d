"""Agents whose broker is away: what they did not send is said, and not taken for sent."""

from __future__ import annotations

import re
import signal
import time

from tests.fleet.processes import Fleet, wait_for


def given_up(fleet: Fleet, seconds: float) -> tuple[int, int]:
    """The turns that two agents had in so many seconds without a broker, and the messages that they gave up."""
    options = ("--broker", fleet.broker.url, "--profile", "ai-tutor", "-n", "2", "--speed", "300")
    agents = fleet.process(f"agents-{seconds:g}", "agent", *options)
    agents.start()
    wait_for(lambda: "publish to" in agents.says())
    time.sleep(seconds)
    assert agents.kill(signal.SIGTERM) == 0
    said = re.search(r"had ([\d,]+) turns; ([\d,]+) messages were given up", agents.says())
    assert said is not None
    return int(said[1].replace(",", "")), int(said[2].replace(",", ""))


def test_agents_that_never_reach_a_broker_say_that_their_messages_were_given_up(fleet: Fleet) -> None:
    fleet.broker.kill()
    for seconds in (4.0, 30.0, 240.0):  # until they have turns: the kernel may have to be compiled first
        turns, messages = given_up(fleet, seconds)
        if turns:
            break
    assert messages >= turns > 0
