"""Agents that publish a number of turns as fast as the broker takes them, and say at the end what became of them."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time

from turntempo.fleet.agents.publisher import Publisher
from turntempo.fleet.broker import Broker

AHEAD = 400


def message(agent: str, first: int, count: int) -> bytes:
    """A batch of turns, or a turn alone."""
    turns = [
        {
            "schema": "turntempo.turn/2",
            "id": f"{i}",
            "session": f"{agent}-{i // 16}",
            "speech": {"end_ms": 1840, "pauses": [{"at_ms": 600, "ms": 320}]},
            "asr": {"final_ms": 310},
            "llm": {"ttft_ms": [480], "token_ms": 22, "reply_tokens": 64},
            "tts": {"ttfb_ms": [190]},
            "response_ms": 1210 + i % 97,
        }
        for i in range(first, first + count)
    ]
    if count == 1:
        return json.dumps(turns[0]).encode()
    return json.dumps({"schema": "turntempo.fleet.turns/1", "turns": [{"turn": one} for one in turns]}).encode()


async def publish(one: Publisher, turns: int, batch: int) -> None:
    for first in range(0, turns, batch):
        one.publish("turns", message(one.agent, first, min(batch, turns - first)))
        while len(one._waiting) > AHEAD:
            await asyncio.sleep(0.01)
    await one.sent_all()


async def run(port: int, name: str, turns: int, agents: int, batch: int) -> None:
    publishers = [Publisher(Broker("127.0.0.1", port), f"{name}-{i}", lambda _: None) for i in range(agents)]
    begun = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one.run()) for one in publishers]
        await asyncio.gather(*(publish(one, turns // agents, batch) for one in publishers))
        seconds = time.monotonic() - begun
        for task in running:
            task.cancel()
    dropped = sum(one.dropped for one in publishers)
    json.dump({"sent": sum(one.sent for one in publishers), "dropped": dropped, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, default in (("port", 1883), ("turns", 1000), ("agents", 4), ("batch", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--name", default="toy", help="their ids are NAME-0 and so on")
    given = parser.parse_args()
    asyncio.run(run(given.port, given.name, given.turns, given.agents, given.batch))
