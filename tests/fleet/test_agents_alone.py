"""Agents whose broker is away: what they did not send is said, and not taken for sent."""

from __future__ import annotations

import re
import signal
import time

from tests.fleet.processes import Fleet, wait_for


def test_agents_that_never_reach_a_broker_say_that_their_messages_were_given_up(fleet: Fleet) -> None:
    fleet.broker.kill()
    options = ("--broker", fleet.broker.url, "--profile", "ai-tutor", "-n", "2", "--speed", "300")
    agents = fleet.process("agents", "agent", *options)
    agents.start()
    wait_for(lambda: "publish to" in agents.says())
    time.sleep(4.0)
    assert agents.kill(signal.SIGTERM) == 0
    said = re.search(r"had ([\d,]+) turns; ([\d,]+) messages were given up", agents.says())
    assert said is not None
    assert int(said[2].replace(",", "")) >= int(said[1].replace(",", "")) > 0
