"""Recommended settings to agents, retained by the broker, so that an agent that is off gets them later."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping

from stages.errors import OutputError
from stages.i18n import say
from turntempo.fleet.broker import Broker
from turntempo.fleet.client import Lost, connected
from turntempo.fleet.topics import topic

AT_ONCE = 200


def recommend(broker: Broker, payloads: Mapping[str, bytes]) -> None:
    """Send each agent its message. Raises OutputError where the broker did not take all; sending again does no harm."""
    asyncio.run(_recommend(broker, payloads))


async def _recommend(broker: Broker, payloads: Mapping[str, bytes]) -> None:
    agents, taken = list(payloads), 0
    try:
        async with connected(broker, f"turntempo-publish-{secrets.token_hex(4)}", most_waiting=16) as client:
            for begin in range(0, len(agents), AT_ONCE):
                some = agents[begin : begin + AT_ONCE]
                begun = [client.begin(topic(agent, "recommended"), payloads[agent], retain=True) for agent in some]
                async with asyncio.timeout(30):
                    await asyncio.gather(*begun)
                taken += len(some)
    except (Lost, TimeoutError) as error:
        raise OutputError(
            say("fleet.not_sent", broker=broker.address, taken=taken, n=len(agents), why=error or "no answer")
        ) from None
