"""`turntempo listen`: what agents send, over OpenTelemetry or MQTT, kept where every command reads it."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

if TYPE_CHECKING:
    from turntempo.fleet.broker import Broker
    from turntempo.fleet.collector import Input
    from turntempo.fleet.keeping import Keeping
    from turntempo.otlp_receiver import Receiver

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option(
    "--otlp", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Receive OTLP over HTTP; 4318 is usual."
)
@click.option(
    "-o", "--output", type=options.FILE, metavar="OUT", help="With --otlp: the file to write, a request a line, .jsonl."
)
@click.option("--host", default="127.0.0.1", help="With --otlp: the address to listen on.")
@options.broker_options(required=False)
@click.option("--store", type=options.FILE, metavar="STORE", help="With --broker: the store, made where it is missing.")
@click.option("--keep", metavar="AGE", help="Remove turns older than this: 30d, 12h. Without it: none is removed.")
@click.option("--keep-size", metavar="SIZE", help="Remove the oldest turns beyond this: 500MB, 2GB.")
@click.option("--client-id", metavar="NAME", help="The name of the session at the broker. Else one of the store's own.")
@click.option(
    "--protocol",
    type=click.Choice(("turntempo", "xiaozhi")),
    default="turntempo",
    show_default=True,
    help="With --broker: whose messages; xiaozhi: of xiaozhi-esp32 devices, by the times at which they arrive.",
)
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="TOPIC",
    help="With --protocol xiaozhi: a topic of theirs, + for the device. Else device-server and devices/p2p/+.",
)
@options.force_option
def command(
    port: int | None,
    output: Path | None,
    host: str,
    broker: options.BrokerOptions | None,
    store: Path | None,
    keep: str | None,
    keep_size: str | None,
    client_id: str | None,
    protocol: str,
    topics: tuple[str, ...],
    force: bool,
) -> None:
    """Receive what agents send: OpenTelemetry traces over HTTP, turns over MQTT, or both. Ctrl-C ends it.

    --otlp PORT -o OUT: point an exporter at it, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:4318/v1/traces.
    Attributes that may hold what was said are dropped before anything is written.

    --broker mqtt://HOST --store STORE: agents publish turns as docs/guide/mqtt.md says. A message is acknowledged
    once it is on disk, and what is sent while this command is away waits at the broker. Both OUT and STORE are taken
    as a recording by every command.
    """
    if port is None and broker is None:
        raise click.UsageError("name what to listen to: --otlp PORT -o OUT, or --broker mqtt://HOST --store STORE")
    if (port is None) != (output is None):
        raise click.UsageError("--otlp PORT and -o OUT go together")
    if (broker is None) != (store is None):
        raise click.UsageError("--broker mqtt://HOST and --store STORE go together")
    if protocol != "turntempo" and broker is None:
        raise click.UsageError("--protocol says what is on a broker: name one, --broker mqtt://HOST --store STORE")
    if topics and protocol != "xiaozhi":
        raise click.UsageError("--topic goes with --protocol xiaozhi: the topics of turntempo are fixed")
    collecting = None
    if broker is not None and store is not None:
        from turntempo.fleet.broker import broker_of

        collecting = _Collecting(
            broker_of(broker), store, _keeping(keep, keep_size), client_id, _input(protocol, topics)
        )
    if port is None or output is None:
        _collect(collecting)
    else:
        _receive(port, output, host, force, collecting)


@dataclass(frozen=True)
class _Collecting:
    """What to collect from where to where."""

    broker: Broker
    store: Path
    keeping: Keeping
    client_id: str | None
    source: Input | None


def _input(protocol: str, topics: tuple[str, ...]) -> Input | None:
    """What reads the messages; None: by the contract of turntempo."""
    if protocol == "turntempo":
        return None
    from turntempo.fleet.xiaozhi import TOPICS, XiaozhiInput

    return XiaozhiInput(topics or TOPICS)


def _keeping(age: str | None, size: str | None) -> Keeping:
    from turntempo.fleet import keeping

    kept = None if age is None else keeping.age_ms(age)
    return keeping.Keeping(kept, None if size is None else keeping.size_bytes(size))


def _collect(asked: _Collecting | None) -> None:
    """Collect from a broker until a signal comes."""
    if asked is None:
        return
    from stages.i18n import say
    from turntempo import stderr
    from turntempo.fleet.listening import collect
    from turntempo.fleet.store import Store

    with contextlib.closing(Store(asked.store)) as store:
        done = collect(store, asked.broker, asked.keeping, asked.client_id, asked.source)
    aside = sum(done.aside.values())
    stderr.note(
        say("fleet.totals", stored=done.stored, messages=done.messages, duplicates=done.duplicates, aside=aside)
    )


@dataclass(frozen=True)
class _Appended:
    """A file to which whole lines are appended."""

    file: Path

    def write(self, text: str) -> None:
        """Append lines; they are on the disk when this returns. Raises OutputError."""
        from pipeline.writing import append

        append(self.file, text.encode())


def _receive(port: int, output: Path, host: str, force: bool, collecting: _Collecting | None) -> None:
    """Receive OTLP until Ctrl-C, beside a collector where one is asked for."""
    from pipeline.writing import require_free, write_text
    from stages.errors import InputError
    from stages.i18n import say
    from turntempo import stderr
    from turntempo.otlp_receiver import PATH, Receiver

    require_free(output, force)
    if host not in LOOPBACK:
        stderr.warn(say("listen.open", host=host))
    try:
        receiver = Receiver(host, port, _Appended(output))
    except OSError as error:
        raise InputError(say("listen.taken", host=host, port=port, why=error.strerror or error)) from None
    with receiver:
        write_text(output, "", force)
        stderr.note(say("listen.ready", host=host, port=receiver.server_address[1], path=PATH))
        try:
            _serve(receiver, collecting)
        except KeyboardInterrupt:
            stderr.note(say("listen.done", spans=receiver.spans, requests=receiver.requests, file=output))


def _serve(receiver: Receiver, collecting: _Collecting | None) -> None:
    """Serve here, or in a thread beside the collector. Raises KeyboardInterrupt at the end."""
    if collecting is None:
        receiver.serve_forever()
        return
    thread = threading.Thread(target=receiver.serve_forever)
    thread.start()
    try:
        _collect(collecting)
    finally:
        receiver.shutdown()
        thread.join()
    raise KeyboardInterrupt
