"""Readers of what comes over a network: messages of a broker, requests of OTLP, what a browser sends to the app."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import WSMsgType

from stages.settings import Settings
from tests.fuzz.reader import Given, Reader, Seeds
from tests.pipeline.importers.otlp_source import protobuf, request, span
from tests.pipeline.importers.pipecat_source import spans
from tests.turntempo.fleet.fleet_messages import batch, received, settings, turn
from tests.turntempo.fleet.test_xiaozhi import exchange
from turntempo.fleet import messages
from turntempo.fleet.agents.simulated import SimulatedAgent
from turntempo.fleet.intake import Intake, Received
from turntempo.fleet.store import Store
from turntempo.fleet.xiaozhi import XiaozhiInput
from turntempo.otlp_receiver import Refused, spans_in, unzipped
from turntempo.web.sessions import Broken, _envelope

PUBLISHED = messages.payload(
    messages.RecommendedMessage(version="c-1", settings=Settings(), valid_from=datetime(2026, 11, 22, tzinfo=UTC))
)
STATUS = {"schema": messages.STATUS, "status": "online", "since_ms": 1_800_000_000_000}
OUTCOME = {"first_sound_ms": 900.5, "cut_off": False, "hiccups": 1}


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def to_collector(_: Path) -> Seeds:
    """The payloads of a fleet, by the last part of their topic."""
    many = batch(turn("t1"), turn("t2"), settings_id="x")
    many["turns"][0] |= {"at_ms": 1_800_000_000_000, "outcome": OUTCOME}
    return {
        "turns": as_json(many),
        "turns-alone": as_json(turn(llm={"ttft_ms": [420]})),
        "turns-packed": gzip.compress(as_json(many), 1),
        "settings": as_json(settings(version="c-1", settings_id="x")),
        "status": as_json(STATUS),
    }


def collect(given: Given) -> object:
    """As the collector takes a message: it is stored, or kept aside with a reason; nothing is raised."""
    intake = Intake()
    intake.take(received(given.name.partition("-")[0], given.content))
    items = intake.finish()
    with closing(Store(given.folder / "fleet.db")) as store:
        return store.put(items)


def collect_in_memory(given: Given) -> object:
    """The same up to the store."""
    intake = Intake()
    intake.take(received(given.name.partition("-")[0], given.content))
    return intake.finish()


def from_devices(_: Path) -> Seeds:
    return {f"{place}.json": one.payload for place, one in enumerate(exchange(0))}


def converse(given: Given) -> object:
    """A conversation in which one message is damaged."""
    source = XiaozhiInput()
    found: list[object] = []
    for place, one in enumerate(exchange(0)):
        damaged = Received(one.topic, given.content, one.received_ms)
        found += source._items(damaged if given.name == f"{place}.json" else one)
    return found


def obey(given: Given) -> object:
    """As the simulated agent takes over settings; what is no recommendation changes nothing."""
    agent = SimulatedAgent.__new__(SimulatedAgent)
    agent.version = None
    agent.recommended(given.content)
    return agent


def posted(_: Path) -> Seeds:
    traces = [span(one) for one in spans()[:4]]
    return {
        "application+json": as_json(request(traces)),
        "application+x-protobuf": protobuf(traces),
        "gzip": gzip.compress(as_json(request(traces)), 1),
    }


def take_post(given: Given) -> object:
    packed = given.name == "gzip"
    body = unzipped(given.content) if packed else given.content
    return spans_in(body, "application/json" if packed else given.name.replace("+", "/"))


TYPED = (["stdin", "a"], ["resize", {"width": 80, "height": 24}], ["ping", "1"], ["focus"])

MESSAGES = (
    Reader("message to the collector", ("turntempo/fleet/",), to_collector, collect_in_memory, ()),
    Reader("message of a xiaozhi device", ("turntempo/fleet/xiaozhi.py",), from_devices, converse, ()),
    Reader("recommendation to an agent", ("turntempo/fleet/agents/",), lambda _: {"r": as_json(PUBLISHED)}, obey, ()),
    Reader("post of spans", ("turntempo/otlp_receiver.py",), posted, take_post, (Refused,)),
    Reader(
        "message of a browser",
        ("turntempo/web/",),
        lambda _: {f"{one[0]}": as_json(one) for one in TYPED},
        lambda given: _envelope(WSMsgType.TEXT, given.text()),
        (Broken,),
    ),
)
