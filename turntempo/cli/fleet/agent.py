"""`turntempo agent`: simulated agents that publish to a broker, so that a fleet can be tried without hardware."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

if TYPE_CHECKING:
    from turntempo.fleet.agents.simulated import SimulatedAgent
    from turntempo.fleet.broker import Broker


@click.command()
@options.broker_options(required=True)
@click.option("--profile", required=True, metavar="NAME", help="Whose turns they have; `turntempo simulate --list`.")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=1, metavar="N", help="How many agents.")
@click.option(
    "--settings",
    "settings_file",
    type=options.FILE,
    metavar="FILE",
    help="Their settings at first. Without it: the defaults.",
)
@click.option(
    "--speed", type=click.FloatRange(0.1, 10_000), default=1.0, metavar="X", help="So many times faster than people."
)
@click.option("--turns", type=click.IntRange(1), metavar="N", help="Stop when each has had N turns. Else at Ctrl-C.")
@click.option("--name", metavar="NAME", help="Their ids are NAME-001 and so on. Without it: the profile's name.")
@options.seed_option
def command(
    broker: options.BrokerOptions,
    profile: str,
    count: int,
    settings_file: Path | None,
    speed: float,
    turns: int | None,
    name: str | None,
    seed: int,
) -> None:
    """Simulate N agents that publish their turns to a broker, and take over the settings recommended to them.

    Their turns are drawn from a profile and go as they do under the agent's settings. Recommended settings are taken
    over at the start of the next session, and reported.
    """
    import asyncio

    from pipeline.simulation import Profile
    from stages.errors import InputError
    from stages.i18n import say
    from stages.settings import Settings
    from tuner.deploy.our_settings import our_settings
    from turntempo import clock, stderr
    from turntempo.fleet.agents.simulated import SimulatedAgent
    from turntempo.fleet.broker import broker_of
    from turntempo.fleet.listening import until_ended
    from turntempo.fleet.topics import AGENT

    prefix = name or profile
    if AGENT.fullmatch(f"{prefix}-001") is None or len(prefix) > 50:
        raise InputError(say("fleet.bad_agent", name=prefix))
    likeness = Profile.load(profile)
    settings = Settings() if settings_file is None else our_settings(settings_file).settings
    run_name = f"{clock.unix_ms():x}"
    agents = [
        SimulatedAgent(f"{prefix}-{i + 1:03}", likeness, settings, seed * 1000 + i, speed, run_name)
        for i in range(count)
    ]
    found = broker_of(broker)
    stderr.note(say("fleet.agents", n=count, profile=profile, broker=found.address))
    asyncio.run(until_ended(_lives(agents, found, turns)))
    dropped = sum(agent.publisher.dropped + agent.publisher.unsent for agent in agents)
    stderr.note(say("fleet.agents_done", turns=sum(agent.turns for agent in agents), dropped=dropped))


async def _lives(agents: list[SimulatedAgent], broker: Broker, turns: int | None) -> None:
    """All agents at once, until each has had its turns and the broker has them."""
    import asyncio

    for agent in agents:
        agent.connect(broker)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(agent.publisher.run()) for agent in agents]
        await asyncio.gather(*(agent.live(turns) for agent in agents))
        await asyncio.gather(*(agent.publisher.sent_all() for agent in agents))
        for one in running:
            one.cancel()
