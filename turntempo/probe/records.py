"""The record of one request, and the head of a file of them. No key and no text is in either."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec

from stages.schema_ids import schema_id

FORM = "probe"
SCHEMA = schema_id(FORM)

Stage = Literal["llm", "tts", "asr"]
Question = Literal["load", "cold", "history", "tools", "twins", "http"]
"""What a request is to show: times under load, on new connections, by length of history, with tools, of two requests
sent at once, by version of HTTP."""
QUESTIONS: tuple[Question, ...] = get_args(Question)

Version = Literal["auto", "1", "2"]


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests of one kind: `n` of them (pairs of twins), `concurrency` at once."""

    question: Question
    concurrency: int
    http: Version
    history: int | None
    n: int

    @property
    def name(self) -> str:
        """load/4/auto/1000: the same cell has the same name in every run."""
        return f"{self.question}/{self.concurrency}/{self.http}/{'-' if self.history is None else self.history}"


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a file of records: what was asked, of whom, from when on."""

    schema: str
    stage: Stage
    api: str
    endpoint: str
    """Without user, query and key."""
    model: str
    asked: str
    """The scenario or the files that requests come from, with a digest."""
    options: str
    began: str
    timeout_s: float
    seed: int


CellName = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^(?:{'|'.join(QUESTIONS)})/[1-9]\d{{0,6}}/(?:{'|'.join(get_args(Version))})/(?:-|\d{{1,9}})\Z"
    ),
]
Ms = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
"""A time of one request; transcripts may be there before the end of speech."""
Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class Record(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One request. Times are ms from its beginning; None: it did not come to that, or nothing says."""

    cell: CellName
    i: Count
    """Its place in the cell; twins have the same."""
    at: str
    start_ms: Ms
    """Since the first request of this run."""
    twin: Count | None = None
    connection: Literal["new", "reused"] | None = None
    http: str | None = None
    dns_ms: Ms | None = None
    connect_ms: Ms | None = None
    tls_ms: Ms | None = None
    headers_ms: Ms | None = None
    server_ms: Ms | None = None
    """What the server says it took itself."""
    server_ms_from: str | None = None
    """The header that says it."""
    first_ms: Ms | None = None
    """First token of the answer; first byte of audio; first interim transcript."""
    done_ms: Ms | None = None
    """The end of the answer; the final transcript, from the end of speech where audio is streamed."""
    token_ms: Ms | None = None
    gap_p95_ms: Ms | None = None
    gap_max_ms: Ms | None = None
    stalls: Count | None = None
    clause_ms: Ms | None = None
    sentence_ms: Ms | None = None
    clause_tokens: Count | None = None
    sentence_tokens: Count | None = None
    reply_tokens: Count | None = None
    prompt_tokens: Count | None = None
    cached_tokens: Count | None = None
    tool_call_ms: Ms | None = None
    """The end of the answer that calls a tool."""
    after_tool_ms: Ms | None = None
    """First token of the request after it, from that request's beginning."""
    silence_ms: Ms | None = None
    """Silence at the beginning of the audio."""
    audio_ms: Ms | None = None
    characters: Count | None = None
    said_tokens: Count | None = None
    failure: str | None = None
    status: Count | None = None
    code: str | None = None
    retry_after_s: Ms | None = None
    where: str | None = None
    """The host that a redirect leads to."""

    @property
    def setup_ms(self) -> float:
        """Name look-up, connection and TLS."""
        return sum(one or 0.0 for one in (self.dns_ms, self.connect_ms, self.tls_ms))
