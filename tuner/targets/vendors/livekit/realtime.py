"""LiveKit sessions with a RealtimeModel: its own turn detection ends turns, and the session's delays do nothing.

Source: livekit-agents 1.0.0 to 1.8.9 (voice/agent_activity.py, agent_session.py, llm/realtime.py) and the plugins for
OpenAI and Google. Settings of the model are those of its vendor's own target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.formats.tree import at
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.placed import placed
from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.target import Target
from tuner.targets.vendors import gemini, openai_realtime
from tuner.targets.vendors.livekit.fields import EAR, FLAT_PREEMPTIVE, SESSION
from tuner.targets.vendors.livekit.parts import STACK, Parts
from tuner.targets.vendors.livekit.versions import REALTIME_DEFAULT
from tuner.targets.versions.history import at as in_version
from tuner.targets.versions.version import Version

MODEL = "RealtimeModel"
MADE = Made(MODEL, (MODEL, f"{MODEL}.with_azure"), "openai.realtime.RealtimeModel", f"{SESSION}.llm")
GOOGLE_MADE = replace(MADE, code="google.realtime.RealtimeModel")
DETECTION = f"{MODEL}.turn_detection"
GOOGLE = f"{MODEL}.realtime_input_config"
NAME = Field(f"{MODEL}.model", "text", source="livekit-agents", note="which model: no time of its own")
BARE_SILENCE_MS = 200
"""What the server VAD waits where LiveKit's older plugins choose it themselves."""
CLIENT_TURNS = Version("1.6.8")
"""From this livekit-plugins-openai on the session's own detector ends turns where `create_response` is False."""
WHY = "the realtime model ends turns itself"
STARTS_NOT = (
    "interruptions are off beside the model's own turn detection: LiveKit raises ValueError at session.start(); turn "
    "them off in the model alone (interrupt_response=False)"
)


def _called(tree: Mapping[str, Any]) -> str:
    return str(at(tree, f"{MODEL}.()")[1] or "")


def _is_openai(tree: Mapping[str, Any]) -> bool:
    there, detection = at(tree, DETECTION)
    called = _called(tree)
    own = "openai" in called or called.startswith((MODEL, "realtime."))
    return MODEL in tree and own and not (there and detection is None)


def _leaves_turns(tree: Mapping[str, Any], version: Version) -> bool:
    """Whether the session's own detector ends turns, as the model creates no response by itself."""
    return not version < CLIENT_TURNS and at(tree, f"{DETECTION}.create_response")[1] is False


def _is_google(tree: Mapping[str, Any]) -> bool:
    off = at(tree, f"{GOOGLE}.automatic_activity_detection.disabled")[1]
    return MODEL in tree and "google" in _called(tree) and off is not True


def _session(nested: Parts, flat: Parts) -> tuple[Field, ...]:
    """The session's fields, which are known and have no effect."""
    found = {one.path: one for parts in (flat, nested) for one in parts.fields()}
    kept = {
        path: one for path, one in found.items() if path.startswith((SESSION, "VAD")) and "conn_options" not in path
    }
    return tuple(replace(one, default=None, nullable=True) for one in kept.values() if one.path != EAR.path)


def _idle(nested: Parts, flat: Parts) -> tuple[Idle, ...]:
    kept = {nested.enabled.path, flat.enabled.path, *(one.path for one in (nested.warmup,) if one)}
    paths = tuple(one.path for one in _session(nested, flat) if one.path not in kept and not one.path.endswith("()"))
    return (Idle(paths, WHY, lambda given: True), Idle((FLAT_PREEMPTIVE,), WHY))


def _off(nested: Parts, flat: Parts, given: Theirs) -> bool:
    return False in (given[nested.enabled.path], given[flat.enabled.path])


def _interrupting(rule: Rule, nested: Parts, flat: Parts) -> Rule:
    """The mode as the model has it, or off where the session's interruptions are."""
    switches = dict.fromkeys((nested.enabled.path, flat.enabled.path))

    def read(given: Theirs) -> dict[str, Any]:
        return {"barge_in.mode": "ignore"} if _off(nested, flat, given) else rule.read(given)

    def write(ours: Ours) -> dict[str, Any]:
        return {**rule.write(ours), **({} if ours["barge_in.mode"] == "ignore" else switches)}

    return replace(rule, theirs=(*rule.theirs, *switches), read=read, write=write)


def _form(
    base: Target, name: str, title: str, nested: Parts, flat: Parts, form: Python, marked: Callable[[Any], bool]
) -> Target:
    """A vendor's own form of the model's settings, within a session."""
    mode = next(rule for rule in base.rules if rule.ours == ("barge_in.mode",))
    rules = tuple(_interrupting(rule, nested, flat) if rule is mode else rule for rule in base.rules)

    def doubts(given: Theirs) -> Iterator[str]:
        yield from base.doubts(given)
        if _off(nested, flat, given):
            yield STARTS_NOT

    return replace(
        base,
        name=name,
        title=title,
        format=form,
        fields=tuple({one.path: one for one in (NAME, *base.fields, *_session(nested, flat), EAR)}.values()),
        rules=rules,
        stack={**base.stack, "playout.prebuffer_ms": STACK["playout.prebuffer_ms"]},
        idle=(*base.idle, *_idle(nested, flat)),
        doubts=doubts,
        marked=marked,
        ahead=True,
        roots=(),
        scopes=(),
        older=(),
        check=None,
    )


def openai_form(version: Version, nested: Parts, flat: Parts, form: Python) -> Target:
    """A session with OpenAI's realtime model."""
    bare = in_version(REALTIME_DEFAULT, version)
    kind, silence = openai_realtime.KIND.path, openai_realtime.SILENCE.path

    def given_kind(given: Theirs) -> dict[str, Any]:
        """What the plugin chooses where it is given no turn detection."""
        known = dict(given)
        if known[kind] is None:
            known[kind] = "server_vad" if known[silence] is not None else bare
        if known[silence] is None:
            known[silence] = BARE_SILENCE_MS if given[kind] is None else openai_realtime.SILENCE.default
        return known

    ours = openai_realtime.DETECTION
    ending = next(rule for rule in ours.rules if kind in rule.theirs)
    own = replace(
        ours,
        fields=tuple(replace(one, default=None) if one.path in (kind, silence) else one for one in ours.fields),
        rules=tuple(
            replace(rule, read=lambda given: ending.read(given_kind(given))) if rule is ending else rule
            for rule in ours.rules
        ),
        doubts=lambda given: _openai_doubts(given_kind(given)),
    )
    written = replace(form, calls={**form.calls, DETECTION: "ServerVad"})
    title = "LiveKit Agents, OpenAI's realtime model"

    def marked(tree: Mapping[str, Any]) -> bool:
        return _is_openai(tree) and not _leaves_turns(tree, version)

    return _form(placed(own, DETECTION), "livekit-openai-realtime", title, nested, flat, written, marked)


def _openai_doubts(given: Theirs) -> Iterable[str]:
    yield from (one for one in openai_realtime.DETECTION.doubts(given) if "create_response" not in one)
    if not given[openai_realtime.CREATE.path]:
        yield (
            "create_response is False: your app answers when it will; from livekit-plugins-openai 1.6.8 on the "
            "session's own detector ends turns then; before, as it is read here, the model did"
        )


def google_form(nested: Parts, flat: Parts, form: Python) -> Target:
    """A session with Google's realtime model."""
    base = placed(replace(gemini.PYTHON_NAMES, marks=()), MODEL)
    written = replace(
        form,
        made=tuple(GOOGLE_MADE if one.key == MODEL else one for one in form.made),
        imports={
            **form.imports,
            "google": "livekit.plugins",
            "RealtimeInputConfig": "google.genai.types",
            "AutomaticActivityDetection": "google.genai.types",
        },
        calls={
            **form.calls,
            GOOGLE: "RealtimeInputConfig",
            f"{GOOGLE}.automatic_activity_detection": "AutomaticActivityDetection",
        },
    )
    title = "LiveKit Agents, Google's realtime model"
    return _form(base, "livekit-google-realtime", title, nested, flat, written, _is_google)


LEFT = tuple(
    replace(one, default=None, nullable=True, note="nothing of ours where the model leaves turns to the session")
    for one in placed(openai_realtime.DETECTION, DETECTION).fields
    if one.path.startswith(f"{DETECTION}.")
)
"""The model's turn detection in a session whose own detector ends turns."""
LEFT_IDLE = Idle(
    tuple(one.path for one in LEFT if one.path != f"{DETECTION}.create_response"),
    "the session's own detector ends turns, as the model's create_response is False",
)
LIKELY = {r"openai\.types\.beta\.realtime[\s\S]*\bcreate_response\s*=\s*False": "1.6.7"}
"""Who imports the types of the beta wrote for a plugin that left turns to the model."""

OTHER_MODEL = Field(f"{MODEL}.()", "text", source="livekit-agents", note="a model that hears and speaks by itself")


def other_model(given: Theirs) -> Iterator[str]:
    """A realtime model whose settings are not read, or which leaves turns to the session."""
    called = given[OTHER_MODEL.path]
    if called and not any(name in called for name in ("openai", "google")):
        yield f"{called}: a realtime model ends turns by settings of its own, which are not read"
