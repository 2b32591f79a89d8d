"""A receiver of OTLP over HTTP: what exporters post to `/v1/traces` becomes a line of a file."""

from __future__ import annotations

import json
import threading
import zlib
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

PATH = "/v1/traces"

IDLE_S = 30.0
"""A connection that sends nothing for so long is closed."""


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

    def __init__(self, host: str, port: int, out: Lines) -> None:
        super().__init__((host, port), Handler)
        self.out = out
        self.spans = self.requests = 0
        self._lock = threading.Lock()

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
            self.server.take(spans_in(self._body(), kind))
        except Refused as refused:
            self._answer(refused.status, "text/plain", str(refused).encode())
            return
        except OutputError as error:  # exporters try again
            self._answer(503, "text/plain", str(error).encode())
            return
        self._answer(200, kind, b"{}" if kind == "application/json" else b"")

    def _body(self) -> bytes:
        """The bytes of the request, unzipped."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise Refused(411, "say the length of the request")
        if len(length) > 12 or int(length) > LARGEST:
            raise Refused(413, f"a request has at most {LARGEST} bytes")
        body = self.rfile.read(int(length))
        encoding = self.headers.get("Content-Encoding", "").lower()
        return unzipped(body) if encoding == "gzip" else body

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: requests are counted."""


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
