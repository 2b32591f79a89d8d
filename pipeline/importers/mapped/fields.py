"""What a column of a table can be mapped to."""

from __future__ import annotations

from typing import Literal

Kind = Literal["name", "moment", "duration", "share", "count"]

FIELDS: dict[str, tuple[Kind, str]] = {
    "session": ("name", "the conversation; without it the whole file is one"),
    "turn": ("count", "the number of the turn in its conversation"),
    "speech_start": ("moment", "when the user began to speak"),
    "speech_end": ("moment", "when the user stopped speaking"),
    "final_at": ("moment", "when the final transcript came"),
    "commit_at": ("moment", "when the turn was taken for ended"),
    "request_at": ("moment", "when the LLM was asked"),
    "first_token_at": ("moment", "when its first token came"),
    "tts_at": ("moment", "when speech synthesis was asked"),
    "reply_start": ("moment", "when the agent began to sound"),
    "reply_end": ("moment", "when the agent fell silent"),
    "speech_ms": ("duration", "how long the user spoke"),
    "final_ms": ("duration", "from the end of speech to the final transcript"),
    "end_of_turn_ms": ("duration", "from the end of speech to the commit"),
    "lead_ms": ("duration", "from the commit to the request to the LLM"),
    "ttft_ms": ("duration", "from the request to the first token"),
    "token_ms": ("duration", "from token to token"),
    "ttfb_ms": ("duration", "from the request for speech to the first audio"),
    "network_ms": ("duration", "what the network takes both ways together"),
    "response_ms": ("duration", "from the end of speech to the first sound"),
    "eot_score": ("share", "what the end-of-turn model said, 0 to 1"),
    "reply_tokens": ("count", "how many tokens the reply has"),
}
"""Field -> kind and meaning."""

STAGES = ("final_ms", "ttft_ms", "ttfb_ms", "response_ms", "first_token_at", "reply_start")
"""A mapping with two of these shows something of an agent."""
