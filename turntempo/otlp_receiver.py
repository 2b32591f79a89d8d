"""A receiver of OTLP over HTTP: what exporters post to `/v1/traces` becomes a line of a file."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from pipeline.importers.json_values import parsed
from pipeline.importers.otlp.json_form import is_request, request_of
from pipeline.importers.otlp.json_form import spans_of as spans_of_json
from pipeline.importers.otlp.otlp import kept
from pipeline.importers.otlp.protobuf import BrokenOff
from pipeline.importers.otlp.protobuf import spans_of as spans_of_protobuf
from pipeline.importers.spans import Span
from stages.errors import OutputError

LARGEST = 64 << 20
"""The most bytes of one request, unzipped."""

LARGEST_HEAD = 1 << 16

PATH = "/v1/traces"

IDLE_S, WHOLE_S = 30.0, 60.0
"""A connection that sends nothing for so long, or whose request is not whole after so long, is closed."""

AT_ONCE = 64
"""Connections at once; one more is answered 503, and tries again."""

HELD = 4 * LARGEST
"""Bytes of all requests that are being received at once; for one more the answer is 503."""

PARSED = 2
"""Requests that are unzipped and parsed at once; others wait for them."""

RETRY_S = 1
"""After so long an exporter may try again."""


class Refused(Exception):
    """A request that is not taken, with the HTTP status that says so."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Lines(Protocol):
    """Takes whole lines, on the disk or not at all."""

    def write(self, text: str, /) -> object:
        """Take lines. Raises OutputError where there is no room for them."""


class Receiver(ThreadingHTTPServer):
    """Writes the spans of each request as a line of `out`, without attributes that may hold speech."""

    daemon_threads = True
    request_queue_size = AT_ONCE

    def __init__(self, host: str, port: int, out: Lines) -> None:
        super().__init__((host, port), Handler)
        self.out = out
        self.spans = self.requests = 0
        self.parsing = threading.BoundedSemaphore(PARSED)
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._held = 0
        self._until: dict[int, tuple[float, socket.socket]] = {}

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own, where there is room for one."""
        if not self._room.acquire(blocking=False):
            _turn_away(request)
            self.shutdown_request(request)
            return
        with self._lock:
            self._until[id(request)] = (time.monotonic() + WHOLE_S, request)
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._leave(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer a connection, and make room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._leave(request)

    def _leave(self, request: socket.socket) -> None:
        with self._lock:
            self._until.pop(id(request), None)
        self._room.release()

    def service_actions(self) -> None:
        """Close the connections whose time is up; called twice a second."""
        with self._lock:
            late = [request for until, request in self._until.values() if until < time.monotonic()]
        for request in late:
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing for a connection that broke; what is no such error is printed."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Room for so many bytes of a request. Raises Refused where there is none now."""
        with self._lock:
            if self._held + size > HELD:
                raise Refused(503, "too many requests at once; try again")
            self._held += size
        try:
            yield
        finally:
            with self._lock:
                self._held -= size

    def take(self, spans: list[Span]) -> None:
        """Write the spans of a request: a whole line or none."""
        line = json.dumps(request_of(spans), ensure_ascii=False) + "\n"
        with self._lock:
            self.out.write(line)
            self.spans, self.requests = self.spans + len(spans), self.requests + 1


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    timeout = IDLE_S
    server: Receiver

    def do_POST(self) -> None:
        """Take the spans of a request to `/v1/traces`."""
        try:
            if self.path.split("?")[0] != PATH:
                raise Refused(404, f"post traces to {PATH}")
            kind = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
            with self.server.holding(length := self._length()):
                body = self.rfile.read(length)
                if len(body) < length:
                    raise Refused(400, "the request breaks off")
                with self.server.parsing:
                    self.server.take(spans_in(self._unpacked(body), kind))
        except Refused as refused:
            self._answer(refused.status, "text/plain", str(refused).encode())
            return
        except OutputError as error:  # exporters try again
            self._answer(503, "text/plain", str(error).encode())
            return
        self._answer(200, kind, b"{}" if kind == "application/json" else b"")

    def _length(self) -> int:
        """The bytes of the request as it is sent."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise Refused(411, "say the length of the request")
        if len(length) > 12 or int(length) > LARGEST:
            raise Refused(413, f"a request has at most {LARGEST} bytes")
        return int(length)

    def _unpacked(self, body: bytes) -> bytes:
        encoding = self.headers.get("Content-Encoding", "").lower()
        return unzipped(body) if encoding == "gzip" else body

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 503:
            self.send_header("Retry-After", str(RETRY_S))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: requests are counted."""


def _turn_away(request: socket.socket) -> None:
    """Answer 503 without waiting for anything."""
    with contextlib.suppress(OSError):
        request.setblocking(False)
        request.send(f"HTTP/1.0 503 Service Unavailable\r\nRetry-After: {RETRY_S}\r\n\r\n".encode())
        request.shutdown(socket.SHUT_WR)
        request.recv(LARGEST_HEAD)  # what is not read would take the answer back


def unzipped(body: bytes) -> bytes:
    """The body without gzip. Raises Refused where it is damaged, or too large."""
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(body, LARGEST)
    except zlib.error:
        raise Refused(400, "the gzip data are damaged") from None
    if stream.unconsumed_tail:
        raise Refused(413, f"a request has at most {LARGEST} bytes")
    return content


def spans_in(body: bytes, kind: str) -> list[Span]:
    """The useful part of the spans in a request. Raises Refused where it is no OTLP."""
    if kind == "application/json":
        held = parsed(body)
        if not isinstance(held, dict) or not is_request(held):
            raise Refused(400, "the request has no resourceSpans")
        return [kept(one) for one in spans_of_json(held) if one is not None]
    if kind != "application/x-protobuf":
        raise Refused(415, "send application/json or application/x-protobuf")
    try:
        return [kept(one) for one in spans_of_protobuf(body)]
    except BrokenOff:
        raise Refused(400, "the request breaks off, or is no protobuf") from None
