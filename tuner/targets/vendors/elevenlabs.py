"""ElevenLabs agents: `conversation_config` of an agent, as PATCH takes it in part.

Sources: the types of elevenlabs 2.78.0; defaults from elevenlabs/skills, agents/references/agent-configuration.md.
When its agent answers is one setting, turn_eagerness, with no published times: it cannot be simulated, only tried
(`tuner.targets.trials.trial`).
"""

from __future__ import annotations

from collections.abc import Iterable

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Theirs, direct
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import EARLY, TURN_TAKING, UntimedSetting

SDK = "elevenlabs 2.78.0"
DEFAULTS = f"{SDK}; elevenlabs/skills"
TURN, PROMPT = "conversation_config.turn", "conversation_config.agent.prompt"
SOFT = f"{TURN}.soft_timeout_config"

CASCADE = Field(f"{PROMPT}.cascade_timeout_seconds", "number", "s", 2, 15, default=4, source=DEFAULTS)
BACKUP = Field(
    f"{PROMPT}.backup_llm_config.preference",
    "choice",
    choices=("default", "disabled", "override"),
    default="default",
    source=SDK,
)
EAGERNESS = Field(
    f"{TURN}.turn_eagerness",
    "choice",
    choices=("patient", "normal", "eager"),
    default="normal",
    source=DEFAULTS,
    note="no times are published",
)
SPECULATIVE = Field(
    f"{TURN}.speculative_turn",
    "flag",
    default=False,
    source=DEFAULTS,
    note="starts the LLM before it is sure of the end, at the price of more requests; when is not published",
)
FILLER = Field(
    f"{SOFT}.timeout_seconds",
    "number",
    "s",
    0.5,
    8,
    default=-1,
    special=(-1,),
    source=f"{DEFAULTS}; docs/conversation-flow",
    note="-1: off. Waits for the LLM's first content, where our filler waits for the reply's sound",
)
EVENTS = Field(
    "conversation_config.conversation.client_events",
    "list",
    source=SDK,
    note="without `interruption` nobody can interrupt the agent",
)
OTHERS = (
    Field(f"{TURN}.turn_timeout", "number", "s", default=7, source=DEFAULTS, note="a silent user is spoken to"),
    Field(f"{TURN}.initial_wait_time", "number", "s", source=SDK),
    Field(f"{TURN}.silence_end_call_timeout", "number", "s", default=-1, source=DEFAULTS, note="-1: off"),
    Field(f"{TURN}.spelling_patience", "choice", choices=("auto", "off"), default="auto", source=DEFAULTS),
    Field(f"{TURN}.retranscribe_on_turn_timeout", "flag", source=SDK),
    Field(f"{TURN}.turn_model", "choice", choices=("turn_v2", "turn_v3"), default="turn_v3", source=DEFAULTS),
    Field(f"{TURN}.interruption_ignore_terms", "list", source=SDK, note="these never interrupt"),
    Field(f"{TURN}.interruption_ignore_term_languages", "list", source=SDK),
    Field(f"{TURN}.merge_with_default_ignore_terms", "flag", source=SDK),
    Field(f"{TURN}.transcribe_on_disabled_interruptions", "flag", default=False, source=DEFAULTS),
    Field(f"{TURN}.noisy_environment_detection", "flag", source=SDK),
    Field(f"{TURN}.noisy_environment_message", "text", source=SDK),
    Field(f"{SOFT}.message", "text", source=SDK),
    Field(f"{SOFT}.additional_soft_timeout_messages", "list", source=SDK),
    Field(f"{SOFT}.use_llm_generated_message", "flag", default=False, source=DEFAULTS),
    Field(f"{SOFT}.randomize_fillers", "flag", source=SDK),
    Field(f"{SOFT}.max_soft_timeouts_per_generation", "integer", low=1, high=8, default=1, source=DEFAULTS),
    Field(f"{SOFT}.llm_generated_message_prompt_override", "text", source=SDK),
    Field(f"{SOFT}.disable_until_first_user_message", "flag", source=SDK),
)

NO_TIMES = (
    "one setting, turn_eagerness (patient, normal, eager), with no published times: it cannot be simulated, only tried"
)
OWN = "ElevenLabs' own; it publishes no setting for it"
BEYOND = {
    "vad": NO_TIMES,
    "endpointing": NO_TIMES,
    "eager": "speculative_turn is on or off, and when it starts the LLM is not published: only tried",
    "filler": "soft_timeout_config waits for the LLM's first content, where our filler waits for the reply's sound",
    **dict.fromkeys(("asr", "tts", "llm", "playout", "barge_in"), OWN),
}
ELSEWHERE = {
    "barge_in.mode": "leave `interruption` out of `conversation.client_events`, and nobody can interrupt the agent",
    "barge_in.guard_first_ms": "`agent.disable_first_message_interruptions` guards the whole first message",
    "llm.max_history": "set it in your own LLM service, as a custom LLM",
}


def _doubts(given: Theirs) -> Iterable[str]:
    yield f"turn_eagerness is {given[EAGERNESS.path]}: no times are published, so turn-taking is replayed with ours"
    if given[BACKUP.path] == "disabled":
        yield "backup_llm_config.preference is disabled: there is no backup LLM, and we replay with one"
    if given[SPECULATIVE.path]:
        yield "speculative_turn is on: when it starts the LLM is not published; replayed without it"
    if given[FILLER.path] != -1:
        yield f"a soft timeout speaks after {given[FILLER.path]} s without an LLM answer; replayed without it"
    if given[EVENTS.path] is not None and "interruption" not in given[EVENTS.path]:
        yield "client_events are without `interruption`: nobody can interrupt the agent, and we replay as if one could"


ELEVENLABS = Target(
    name="elevenlabs",
    title="ElevenLabs agents",
    format=Json(),
    fields=(CASCADE, BACKUP, EAGERNESS, SPECULATIVE, FILLER, EVENTS, *OTHERS),
    rules=(direct("llm.timeout_ms", CASCADE, how="after it, the backup LLM is asked"),),
    stack={
        "llm.attempts": Fixed(1, "the first LLM is asked once; then it is the backup's turn"),
        "llm.hedge": Fixed(False, "the first request is given up when the backup is asked"),
        "llm.fallback": Fixed(True, "the backup LLM of `prompt.backup_llm_config`, unless that is disabled"),
    },
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    roots=("conversation_config",),
    scopes=(TURN,),
    doubts=_doubts,
    signs=(r"\bconvai\b",),
    notes=("Of what this product tunes, only the time until the backup LLM is asked has a number here.",),
    check=asking(VendorType("elevenlabs.types.turn_config", "TurnConfig", TURN)),
)

UNTIMED = (
    UntimedSetting(EAGERNESS.path, ("normal", "patient", "eager"), "how soon the agent answers", TURN_TAKING),
    UntimedSetting(
        SPECULATIVE.path, (False, True), "starts the LLM before the end of the turn is sure", EARLY, (False,)
    ),
)

TARGETS = (ELEVENLABS,)
