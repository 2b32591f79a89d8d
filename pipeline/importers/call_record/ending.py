"""When the caller's turn ended, by three sources: the caller's audio, the framework's VAD, the last transcript."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.importers.call_record.exchanges import Exchange
from pipeline.importers.call_record.log import Log


@dataclass(frozen=True)
class Ending:
    """The end of a turn on the call's clock, and how long after it the last transcript came (None: not known)."""

    at: float
    measured: bool
    final_ms: float | None
    doubt: str | None


def ending(log: Log, exchange: Exchange, latency_ms: float | None) -> Ending | None:
    """The end of the caller's audio, unless the other sources show that it is wrong; None: not known.

    Words are transcribed after they are said, and a reply answers what was said before it. So an audio end after the
    reply began is wrong, and one after the transcript of the last words is late if the VAD says so too (`latency_ms`,
    the response time that the framework reports, counts from the end that its VAD reported).
    """
    reply = exchange.reply.start
    last = exchange.utterance[-1]
    finals = log.between("transcript", exchange.start, reply)
    final = finals[-1].at if finals else None
    heard = reply - latency_ms if latency_ms is not None and last.start < reply - latency_ms <= reply else None
    audio = last.end if last.end is not None and last.end <= reply else None
    if audio is None:
        return _without_audio(heard, final)
    if final is not None and heard is not None and heard <= final < audio:
        doubt = f"the caller's audio ends {audio - final:.0f} ms after its transcript: the VAD's end is taken"
        return Ending(heard, False, round(final - heard, 3), doubt)
    if final is not None and final < audio:
        doubt = (
            f"the last transcript came {audio - final:.0f} ms before the caller's audio ended: asr.final_ms is left out"
        )
        return Ending(audio, True, None, doubt)
    return Ending(audio, True, None if final is None else round(final - audio, 3), None)


def _without_audio(heard: float | None, final: float | None) -> Ending | None:
    if heard is not None:
        late = final is None or final < heard
        doubt = "the end of the caller's audio is not logged before the reply: the VAD's end is taken"
        return Ending(heard, False, None if final is None or late else round(final - heard, 3), doubt)
    if final is not None:
        doubt = "the end of the caller's audio is not logged: the last transcript, which came later, is taken"
        return Ending(final, False, None, doubt)
    return None
