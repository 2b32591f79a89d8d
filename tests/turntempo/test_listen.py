"""The receiver of OTLP: what is posted becomes a file that imports the same; everything else is refused."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.importers import import_recording
from tests.pipeline.importers.otlp_source import protobuf, request, span
from tests.pipeline.importers.pipecat_source import spans as pipecat_spans
from turntempo import otlp_receiver
from turntempo.otlp_receiver import AT_ONCE, HELD, LARGEST, Receiver

SPANS = [span(one) for one in pipecat_spans()]
JSON, PROTOBUF = "application/json", "application/x-protobuf"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver("127.0.0.1", 0, io.StringIO()) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def post(receiver: Receiver, body: bytes, kind: str, path: str = "/v1/traces", **headers: str) -> int:
    url = f"http://127.0.0.1:{receiver.server_address[1]}{path}"
    asked = urllib.request.Request(url, body, {"Content-Type": kind, **headers})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def written(receiver: Receiver) -> str:
    assert isinstance(receiver.out, io.StringIO)
    return receiver.out.getvalue()


@pytest.mark.parametrize(("body", "kind"), [(json.dumps(request(SPANS)).encode(), JSON), (protobuf(SPANS), PROTOBUF)])
@pytest.mark.parametrize("zipped", [False, True])
def test_what_is_posted_imports_as_the_file_that_it_came_from(
    receiver: Receiver, tmp_path: Path, body: bytes, kind: str, zipped: bool
) -> None:
    headers = {"Content-Encoding": "gzip"} if zipped else {}
    assert post(receiver, gzip.compress(body) if zipped else body, kind, **headers) == 200
    (tmp_path / "own.json").write_text(json.dumps(request(SPANS)))
    (tmp_path / "received.jsonl").write_text(written(receiver))
    own, received = (import_recording("otlp", [tmp_path / name]).turns for name in ("own.json", "received.jsonl"))
    assert list(received) == list(own)
    assert (receiver.requests, receiver.spans) == (1, len(SPANS))


def test_attributes_that_may_hold_speech_are_not_written(receiver: Receiver) -> None:
    one = span(pipecat_spans()[0] | {"attributes": {"gen_ai.prompt": "my number is 12", "metrics.ttfb": 0.2}})
    assert post(receiver, json.dumps(request([one])).encode(), JSON) == 200
    assert "metrics.ttfb" in written(receiver)
    assert "my number" not in written(receiver)


@pytest.mark.parametrize(
    ("body", "kind", "path", "headers", "status"),
    [
        (b"{}", JSON, "/v1/traces", {}, 400),
        (b"[1", JSON, "/v1/traces", {}, 400),
        (b"\xff\xff", PROTOBUF, "/v1/traces", {}, 400),
        (b"{}", "text/plain", "/v1/traces", {}, 415),
        (b"{}", JSON, "/v1/logs", {}, 404),
        (b"no gzip", JSON, "/v1/traces", {"Content-Encoding": "gzip"}, 400),
    ],
)
def test_other_requests_are_refused_and_nothing_is_written(
    receiver: Receiver, body: bytes, kind: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert post(receiver, body, kind, path, **headers) == status
    assert written(receiver) == ""


def test_a_request_that_unzips_to_too_much_is_refused(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_receiver, "LARGEST", 1000)
    assert post(receiver, gzip.compress(b" " * 100_000), JSON, **{"Content-Encoding": "gzip"}) == 413


def connected(receiver: Receiver) -> socket.socket:
    return socket.create_connection(("127.0.0.1", receiver.server_address[1]), timeout=10)


def slow(receiver: Receiver, length: int = 100) -> socket.socket:
    """A client that has sent the head of a request and waits."""
    client = connected(receiver)
    client.sendall(
        f"POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    return client


def until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("never")


def answered(client: socket.socket) -> bytes:
    with contextlib.closing(client), client.makefile("rb") as answer:
        return answer.read()


def test_more_slow_clients_than_there_is_room_for_are_told_to_try_again(receiver: Receiver) -> None:
    before = threading.active_count()
    clients = [slow(receiver) for _ in range(AT_ONCE)]
    until(lambda: threading.active_count() - before == AT_ONCE)
    for _ in range(3):
        answer = answered(slow(receiver))
        assert answer.startswith(b"HTTP/1.0 503 ")
        assert b"Retry-After: 1" in answer
    assert threading.active_count() - before == AT_ONCE
    for client in clients:
        client.close()
    until(lambda: threading.active_count() == before)
    assert post(receiver, json.dumps(request(SPANS)).encode(), JSON) == 200


def test_requests_that_are_too_large_together_are_told_to_try_again(receiver: Receiver) -> None:
    clients = [slow(receiver, LARGEST) for _ in range(HELD // LARGEST)]
    until(lambda: receiver._held == HELD)
    answer = answered(slow(receiver, 1))
    assert answer.startswith(b"HTTP/1.0 503 ")
    assert b"Retry-After: 1" in answer
    for client in clients:
        client.close()
    until(lambda: receiver._held == 0)
    assert receiver.requests == 0


def test_a_client_that_never_ends_its_request_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_receiver, "WHOLE_S", 0.0)
    client = connected(receiver)
    client.sendall(b"POST /v1/traces HTTP/1.1\r\nX: ")
    assert b"200" not in answered(client)


def test_a_request_that_breaks_off_is_not_taken(receiver: Receiver) -> None:
    client = slow(receiver)
    client.sendall(b"{}")
    client.shutdown(socket.SHUT_WR)
    assert answered(client).startswith(b"HTTP/1.0 400 ")


def test_the_command_listens_on_loopback_until_it_is_stopped(run, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: Receiver) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Receiver, "serve_forever", stopped)
    done = run("listen", "--otlp", 0, "-o", tmp_path / "traces.jsonl")
    assert done.code == 0
    assert "listening on http://127.0.0.1:" in done.err
    assert "wrote 0 spans of 0 requests" in done.err
    again = run("listen", "--otlp", 0, "-o", tmp_path / "traces.jsonl")
    assert again.code == 2


def test_a_port_that_is_taken_and_an_open_address_are_said(run, receiver: Receiver, tmp_path, monkeypatch) -> None:
    done = run("listen", "--otlp", receiver.server_address[1], "-o", tmp_path / "a.jsonl")
    assert done.code == 2
    assert "choose another port" in done.err
    monkeypatch.setattr(Receiver, "serve_forever", lambda self: None)
    assert "can be reached from other machines" in run(
        "listen", "--otlp", 0, "--host", "0.0.0.0", "-o", tmp_path / "b.jsonl"
    ).err.replace("\n", " ")
