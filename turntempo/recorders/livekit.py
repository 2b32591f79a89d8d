"""`TurnRecorder(session, "calls.jsonl")`: records the turns of a LiveKit `AgentSession` (Agents 1.2 and later).

It listens to the session's events and looks on at what its VAD, its recogniser and its end-of-turn model say. What an
older version does not have is not recorded, which is logged once. Sources: livekit-agents 1.8.9, voice/events.py,
voice/agent_activity.py, voice/audio_recognition.py, vad.py, metrics/base.py.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from livekit.agents import __version__

from turntempo.recorders.livekit_events import LiveKitEvents
from turntempo.recorders.livekit_settings import made_ready
from turntempo.recorders.session import SessionLog, session_name
from turntempo.recorders.sink import Sink, sink_of
from turntempo.recorders.sound import sound_of
from turntempo.recorders.taps import harmless, tap
from turntempo.recorders.texts import texts_of
from turntempo.recorders.versions import need
from turntempo.recorders.writer import Writer

LOG = logging.getLogger("turntempo.recorders")

need("livekit-agents", __version__, "1.2.0")  # events of versions before it have no times
made_ready(__version__)


class TurnRecorder:
    """Records every turn of one session, from its start to its end.

    `where`: a file that ends in .jsonl, a folder, or a sink of your own. `name`: the call's name, by default the
    room's, to which a random end is added. `tags`: words by which turns are compared later, such as a region. `text`:
    whether what is said is written too, beside the recording or into a folder that is named; `audio`: the same of the
    sound. Make it before `session.start()`. It never raises into the session: a wrong argument is all that it raises
    for, here.
    """

    def __init__(
        self,
        session: Any,
        where: str | Path | Sink,
        *,
        name: str | None = None,
        tags: Mapping[str, str] | None = None,
        text: bool | str | Path = False,
        audio: bool | str | Path = False,
    ) -> None:
        self._session = session
        sink, called = sink_of(where), session_name(name or _room(session))
        self.log = SessionLog(sink, called, tags or {}, texts_of(text, sink, called), sound_of(audio, sink, called))
        self._events = LiveKitEvents(self.log)
        self._writer = Writer(self._events)
        self._activity: Any = None
        self._output: Any = None
        handlers: dict[str, Callable[[Any], None]] = {
            "agent_state_changed": self._agent_state,
            "user_state_changed": self._user_state,
            "user_input_transcribed": self._transcribed,
            "metrics_collected": self._metrics,
            "conversation_item_added": self._item,
            "function_tools_executed": self._tools,
            "tool_execution_updated": self._tool,
            "overlapping_speech": self._overlapping,
            "error": self._error,
            "close": self._close,
        }
        for event, handler in handlers.items():
            _listen(session, event, _handler(handler))
        self._attach()

    def close(self, wait: bool = True) -> None:
        """Write what is left. The session's own end does that too."""
        self._writer.close(wait)

    def _note(self, call: Callable[..., None], *values: Any) -> None:
        self._writer.note(call, time.time() * 1000, *values)

    def _attach(self) -> None:
        """Look on at the activity of the agent that speaks now: each agent has its own."""
        self._attach_output()
        activity = getattr(self._session, "_activity", None)
        if activity is None or activity is self._activity:
            return
        self._activity = activity
        looks: dict[str, Callable[..., None]] = {
            "on_vad_inference_done": self._window,
            "on_start_of_speech": self._speech_started,
            "on_end_of_speech": self._speech_ended,
            "on_eot_prediction": self._score,
            "on_end_of_turn": self._turn_ended,
        }
        missing = [method for method, look in looks.items() if not tap(activity, method, look)]
        if missing:
            LOG.info("turntempo: this version of livekit-agents does not show %s: not recorded", ", ".join(missing))
        self._writer.note(self._events.attached, self._session, activity, "on_vad_inference_done" not in missing)

    def _attach_output(self) -> None:
        """Look on at what the session gives its output to play, where the sound was asked for."""
        output = getattr(getattr(self._session, "output", None), "audio", None)
        if self.log.sound is None or output is None or output is self._output:
            return
        self._output = output
        looks: dict[str, Callable[..., None]] = {
            "capture_frame": lambda frame: self._note(self._events.agent_frame, frame),
            "flush": lambda: self._note(self._events.agent_whole),
            "clear_buffer": lambda: self._note(self._events.agent_dropped),
        }
        if missing := [method for method, look in looks.items() if not tap(output, method, look)]:
            LOG.info("turntempo: this output does not show %s: the agent's sound is not whole", ", ".join(missing))

    # What the session tells; each only notes what it needs, and returns.

    def _agent_state(self, event: Any) -> None:
        self._attach()
        speech = getattr(self._session, "current_speech", None)
        self._note(self._events.agent_state, event.new_state, getattr(speech, "id", None), event.created_at * 1000)

    def _user_state(self, event: Any) -> None:
        self._attach()
        self._note(self._events.user_state, event.new_state, event.created_at * 1000)

    def _transcribed(self, event: Any) -> None:
        self._note(self._events.transcribed, event.transcript, event.is_final)

    def _metrics(self, event: Any) -> None:
        self._note(self._events.metrics, event.metrics)

    def _item(self, event: Any) -> None:
        self._attach()
        self._note(self._events.item, event.item)

    def _tools(self, event: Any) -> None:
        self._note(self._events.tools_done, [call.call_id for call in event.function_calls])

    def _tool(self, event: Any) -> None:
        update = event.update
        if update.type == "tool_call_started":
            self._note(self._events.tool_started, update.function_call.call_id)
        elif update.type == "tool_call_ended":
            self._note(self._events.tool_ended, update.call_id)

    def _overlapping(self, event: Any) -> None:
        if event.num_requests and not event.agent_ended:
            self._note(self._events.believed, event.probability)

    def _error(self, event: Any) -> None:
        error = event.error
        self._note(self._events.error, getattr(error, "type", ""), getattr(error, "recoverable", False), _speech_id())

    def _close(self, event: Any) -> None:
        self._note(self._events.closed)
        self._writer.close(wait=False)

    # What the agent's VAD, recogniser and end-of-turn model say.

    def _window(self, event: Any) -> None:
        frames = event.frames
        self._note(self._events.window, event.probability, event.inference_duration, frames[0] if frames else None)

    def _speech_started(self, event: Any = None, **named: Any) -> None:
        if event is not None:
            self._note(self._events.speech_started, event.speech_duration, event.inference_duration)

    def _speech_ended(self, event: Any = None) -> None:
        if event is not None:
            self._note(self._events.speech_ended, event.silence_duration, event.inference_duration)

    def _score(self, event: Any) -> None:
        self._note(self._events.score, event.probability, event.threshold, event.delay, event.inference_duration)

    def _turn_ended(self, info: Any) -> None:
        self._note(self._events.turn_ended)


def _handler(call: Callable[[Any], None]) -> Callable[[Any], None]:
    """The same as a plain function that never raises."""
    seen = harmless(call)

    def handle(event: Any) -> None:
        seen(event)

    return handle


def _listen(session: Any, event: str, handler: Callable[[Any], None]) -> None:
    """Have it called with each event. `AgentSession.on` would warn that metrics are deprecated: nobody reads that."""
    try:
        from livekit.rtc import EventEmitter

        EventEmitter.on(session, event, handler)
    except (ImportError, TypeError):
        session.on(event, handler)


def _room(session: Any) -> str | None:
    """The name of the job's room, where there is one."""
    try:
        from livekit.agents import get_job_context

        return str(get_job_context().room.name) or None
    except Exception:  # noqa: BLE001 - outside of a job, in the console or in tests there is none
        return None


def _speech_id() -> str | None:
    """The reply that the code which runs now works for."""
    try:
        from livekit.agents.voice.agent_activity import _SpeechHandleContextVar
    except ImportError:
        return None
    return getattr(_SpeechHandleContextVar.get(None), "id", None)
