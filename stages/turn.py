"""The turn: what happened independently of the settings (timing model, section 1)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator

from stages.model import Count, CountFrom1, Model, Ms, Name, Share
from stages.schema_ids import schema_id

SCHEMA = schema_id("turn")
MAX_DRAWS = 6
"""The most attempts of a stage policy, and so the most draws of a turn."""

MAX_TOOLS = 16
"""The most rounds of tool calls before a spoken answer."""

MAX_TAGS = 32
"""The most tags of a turn."""

MOST_WORDS = (1 << 15) - 1
"""The most words of one overlap: the largest int16."""

Tags = Annotated[dict[Name, Name], Field(max_length=MAX_TAGS)]
TAGS_FORM: TypeAdapter[dict[str, str]] = TypeAdapter(Tags)

Kind = Literal["interrupt", "backchannel", "noise", "echo"]
Draws = Annotated[tuple[Ms | None, ...], Field(min_length=1, max_length=MAX_DRAWS, strict=False)]


class Pause(Model):
    """A silence inside the user's turn. Times in ms from the user's first speech."""

    at_ms: Ms
    ms: Ms
    eot_score: Share | None = None
    release_ms: Ms | None = None
    onset_lag_ms: Ms | None = None


class Speech(Model):
    """The user's side: pauses in order, and the true end of the turn. `pauses` None: not recorded."""

    pauses: Annotated[tuple[Pause, ...], Field(strict=False)] | None = None
    end_ms: Ms
    eot_score: Share | None = None
    release_ms: Ms = 0
    onset_lag_ms: Ms = 0
    eot_delay_ms: Ms = 0

    @model_validator(mode="after")
    def _ordered(self) -> Speech:
        pauses = self.pauses or ()
        for before, after in pairwise(pauses):
            if after.at_ms < before.at_ms + before.ms:
                raise ValueError(
                    f"pauses must be in order and must not overlap: one at {before.at_ms:g} ms lasts {before.ms:g} ms, "
                    f"the next begins at {after.at_ms:g} ms"
                )
        if pauses and self.end_ms < pauses[-1].at_ms + pauses[-1].ms:
            raise ValueError(
                f"end_ms must not come before the end of the last pause ({pauses[-1].at_ms + pauses[-1].ms:g} ms), "
                f"got end_ms={self.end_ms:g}"
            )
        return self


class Network(Model):
    """One-way delays in ms: user to server, server to user."""

    up_ms: Ms | None = None
    down_ms: Ms | None = None


class AsrDraws(Model):
    """Recognition delays in ms: pause start to final transcript, word end to interim transcript."""

    final_ms: Ms | None = None
    interim_ms: Ms = 0


class ToolRound(Model):
    """A round of tool calls: from the call's first token to the result, and the first token of the next request.

    `ttft_ms` holds one draw an attempt, as for the first request.
    """

    ms: Ms | None = None
    ttft_ms: Draws | None = None


class LlmDraws(Model):
    """One draw an attempt; a `None` in `ttft_ms` is an attempt that was not seen, one beyond it never arrives.

    `lead_ms` is what the application does between the commit and the request. `tools` are the rounds of tool calls
    before the spoken answer.
    """

    ttft_ms: Draws | None = None
    fallback_ttft_ms: Ms | None = None
    lead_ms: Ms = 0
    tools: Annotated[tuple[ToolRound, ...], Field(max_length=MAX_TOOLS, strict=False)] = ()
    token_ms: Ms | None = None
    clause_tokens: CountFrom1 | None = None
    sentence_tokens: CountFrom1 | None = None
    reply_tokens: CountFrom1 | None = None
    prefill_ms_per_1k: Ms | None = None

    @model_validator(mode="after")
    def _ordered(self) -> LlmDraws:
        known = [
            (name, value)
            for name in ("clause_tokens", "sentence_tokens", "reply_tokens")
            if (value := getattr(self, name)) is not None
        ]
        for (low, a), (high, b) in pairwise(known):
            if a > b:
                raise ValueError(f"{low} <= {high} must hold, got {low}={a} {high}={b}")
        return self


class TtsDraws(Model):
    """Synthesis delays in ms, one an attempt as for the LLM; `ms_per_token` is audio a token of text."""

    ttfb_ms: Draws | None = None
    fallback_ttfb_ms: Ms | None = None
    ms_per_token: Ms | None = None


class Overlap(Model):
    """What the microphone picks up while the agent talks, from when the user first hears the reply."""

    at_ms: Ms
    ms: Ms
    kind: Kind
    words: Annotated[int, Field(ge=0, le=MOST_WORDS)] = 0
    score: Share | None = None


class History(Model):
    """The conversation so far: tokens a past turn, how many turns, how many back this one refers to."""

    tokens_per_turn: Count
    turns: Count
    needs: Count


class Turn(Model):
    """One user utterance, and the delays and overlaps of the reply to it.

    In a recording every field but `schema`, `id`, `session` and `speech.end_ms` may be missing: `None`. `censored`
    names fields whose value is only a lower bound (a whole array, or a draw as `llm.ttft_ms[0]` or
    `llm.tools[0].ttft_ms[1]`). `index` counts how often the agent has spoken in the session before, a greeting
    included. `other_ms` is the time from audio at hand to its sound that no stage explains; `response_ms` is the
    response time that was measured, where it was. `tags` are words of the recorder's own, such as a device or a
    region, by which turns are compared. Engines take complete turns: `pipeline.completion` makes them.
    """

    schema_: Literal["turntempo.turn/2", "turntune.turn/1"] = Field("turntempo.turn/2", alias="schema")
    id: Name
    session: Name
    index: Count = 0
    speech: Speech
    network: Network = Network()
    asr: AsrDraws = AsrDraws()
    llm: LlmDraws = LlmDraws()
    tts: TtsDraws = TtsDraws()
    overlaps: Annotated[tuple[Overlap, ...], Field(strict=False)] | None = None
    history: History | None = None
    tags: Tags = Field(default_factory=dict)
    censored: Annotated[tuple[str, ...], Field(strict=False)] = ()
    other_ms: Ms | None = None
    response_ms: Ms | None = None

    @model_validator(mode="after")
    def _overlaps_ordered(self) -> Turn:
        for before, after in pairwise(self.overlaps or ()):
            if after.at_ms < before.at_ms + before.ms:
                raise ValueError(
                    f"overlaps must be in order and must not overlap each other: one at {before.at_ms:g} ms lasts "
                    f"{before.ms:g} ms, the next begins at {after.at_ms:g} ms"
                )
        return self

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values, nested as in a recording: only the given fields, so that a line is read back the same."""
        named = {"schema": SCHEMA}
        return named | self.model_dump(mode="json", by_alias=True, exclude_unset=True) | named
