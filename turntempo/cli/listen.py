"""`turntempo listen`: a receiver that an OpenTelemetry exporter can point at."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option(
    "--otlp",
    "port",
    type=click.IntRange(0, 65535),
    required=True,
    metavar="PORT",
    help="The port; 4318 is the usual one.",
)
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    required=True,
    metavar="OUT",
    help="The file to write: a request a line, .jsonl.",
)
@click.option("--host", default="127.0.0.1", help="The address to listen on.")
@options.force_option
def command(port: int, output: Path, host: str, force: bool) -> None:
    """Receive OpenTelemetry traces over HTTP, and write them to a file that every command takes as a recording.

    Point an exporter at it: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:4318/v1/traces. Ctrl-C ends it.
    Attributes that may hold what was said are dropped before anything is written.
    """
    from pipeline.recordings import require_free
    from stages.errors import InputError
    from stages.i18n import say
    from turntempo import stderr
    from turntempo.otlp_receiver import PATH, Receiver

    require_free(output, force)
    if host not in LOOPBACK:
        stderr.warn(say("listen.open", host=host))
    with open(output, "w", encoding="utf-8") as out:
        try:
            receiver = Receiver(host, port, out)
        except OSError as error:
            raise InputError(say("listen.taken", host=host, port=port, why=error.strerror or error)) from None
        with receiver:
            stderr.note(say("listen.ready", host=host, port=receiver.server_address[1], path=PATH))
            try:
                receiver.serve_forever()
            except KeyboardInterrupt:
                stderr.note(say("listen.done", spans=receiver.spans, requests=receiver.requests, file=output))
