"""`turntempo broker`: a broker for trying a fleet on one machine."""

from __future__ import annotations

import click

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=1883, show_default=True, help="0: one that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="The address to listen on.")
def command(port: int, host: str) -> None:
    """Run an MQTT broker for trying things out: the mosquitto of this machine, in memory, without passwords or TLS.

    Prints its address once it answers. Ctrl-C ends it, and what it holds is gone then. It is not for a fleet of real
    devices: docs/guide/mqtt.md has a configuration with TLS, passwords and a memory on disk.
    """
    from stages.i18n import say
    from turntempo import screen, stderr
    from turntempo.fleet import mosquitto

    def ready(at: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        screen.say(f"mqtt://{shown}:{at}")
        stderr.note(say("fleet.broker_ready", program=where))

    where = mosquitto.program()
    if host not in LOOPBACK:
        stderr.warn(say("fleet.broker_open", host=host))
    mosquitto.serve(host, port, ready)
