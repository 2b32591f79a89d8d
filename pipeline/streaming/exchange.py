"""One exchange: a silence of the user's, and what the agent makes of it (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Generic

from pipeline.streaming.endpointing import Endpointing
from pipeline.streaming.ensemble import Listeners
from pipeline.streaming.events import Kind
from pipeline.streaming.preemptive import PreemptiveGeneration, Trial
from pipeline.streaming.reply import AnyReply, Replies
from stages.clock import Priority, Timer
from stages.silence import Silence


@dataclass
class Standing:
    """How the conversation stands between two exchanges of one turn."""

    uncommitted: list[Silence] = field(default_factory=list)
    """The words before these silences are still to be answered."""
    floor_ms: float = 0.0
    """When the agent's last reply has been played out."""
    replies: int = 0
    preemptive_starts: int = 0
    unfinished: bool = False
    """The last premature reply was stopped by the user before it was played out."""


class Exchange(Generic[AnyReply]):
    """Listens to one silence: endpointing, preemptive generation, commit, reply, and the user going on."""

    def __init__(self, silence: Silence, standing: Standing, play: Listeners, replies: Replies[AnyReply]) -> None:
        self._silence, self._standing, self._play, self._replies = silence, standing, play, replies
        self._clock, self._settings = play.clock, play.settings
        self._interruptible = play.settings.barge_in.mode == "interrupt"
        self._endpointing = Endpointing(
            play, silence, scored=self._score, ended=self._note_endpoint, commit=self._commit
        )
        self._preemptive = PreemptiveGeneration(play, allowed=self._may_start(), start=self._start)
        self._transcribed: list[Silence] = []
        self._trial: Trial[AnyReply] | None = None
        self._reply: AnyReply | None = None
        self._committed = self._partial = self._user_back = False
        self._spoken_over_ms: float | None = None
        self._second_commit: Timer | None = None
        self._talking: list[Callable[[], None]] = []

    @property
    def reply(self) -> AnyReply | None:
        """The reply that stands: committed, and not ended by a late final."""
        return self._reply if self._committed else None

    def begin(self) -> None:
        """Listen; everything else comes of it as the clock runs."""
        vad, asr, silence = self._play.vad, self._play.asr, self._silence
        if not vad.notices(silence):
            self._endpointing.close()
            self._preemptive.close()
        for words in self._standing.uncommitted:
            asr.final(words, partial(self._earlier_final, words))
        self._standing.uncommitted.append(silence)
        vad.listen(silence, quiet=self._quiet, report=self._report, speech=self._speech)
        asr.interim(silence, self._interim)
        asr.final(silence, self._final)

    # What is heard.

    def _quiet(self) -> None:
        self._hear(Kind.VAD_QUIET)
        self._endpointing.quiet()
        self._preemptive.quiet()

    def _report(self) -> None:
        self._hear(Kind.VAD_REPORT)
        self._endpointing.report()

    def _interim(self) -> None:
        self._hear(Kind.ASR_INTERIM)
        self._preemptive.interim()

    def _earlier_final(self, words: Silence) -> None:
        self._transcribed.append(words)
        self._drop_trial()
        if self._preemptive.takes_earlier_words():
            standing = self._standing
            self._trial = Trial(self._silence, standing.replies, standing.floor_ms, self._play, self._replies)
        self._endpointing.earlier_final()

    def _final(self) -> None:
        self._hear(Kind.ASR_FINAL)
        self._transcribed.append(self._silence)
        self._endpointing.final()
        self._preemptive.final()
        self._clock.at(self._clock.now, Priority.PREEMPTIVE, self._drop_trial)
        if self._partial:
            self._clock.at(self._clock.now, Priority.LATE_FINAL, self._restart)

    def _score(self, score: float) -> None:
        if not self._user_back:
            self._hear(Kind.TURN_SCORE, value=score)
        self._endpointing.score(score)
        self._preemptive.score(score)

    def _speech(self) -> None:
        """The user goes on: it counts once it has lasted, or has ended if it is shorter than that."""
        if not self._play.vad.notices(self._silence):
            self._hear(Kind.VAD_SMOOTHS)
            self._never_mind()
            return
        self._hear(Kind.VAD_SPEECH)
        now, talk_ms, settings = self._clock.now, self._silence.talk_ms, self._settings
        self._once_it_lasts(now + min(settings.endpointing.onset_ms, talk_ms), Priority.USER, self._keep_open)
        if self._interruptible:
            self._once_it_lasts(now + min(settings.barge_in.withdraw_ms, talk_ms), Priority.BARGE_IN, self._barge_in)

    def _once_it_lasts(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> None:
        def lasted() -> None:
            timer.cancel()
            self._talking.remove(lasted)
            action()

        timer = self._clock.at(when_ms, priority, lasted)
        self._talking.append(lasted)

    def speech_ended(self) -> None:
        """The speech after the silence is over: it lasted long enough, where its length was not known before."""
        for lasted in list(self._talking):
            lasted()

    def _never_mind(self) -> None:
        """The VAD passes over this silence: what was begun in it is dropped."""
        self._endpointing.close()
        self._preemptive.close()
        self._drop_trial()
        self._drop_reply()

    # What comes of it.

    def _start(self) -> None:
        """Begin the reply before the commit."""
        self._standing.preemptive_starts += 1
        self._preemptive.close()
        self._drop_trial()
        self._reply = reply = self._new_reply()
        self._note(Kind.REPLY_PREEMPTIVE, reply)
        reply.start()

    def _commit(self) -> None:
        """The words transcribed so far are the turn: answer them."""
        self._endpointing.close()
        self._preemptive.close()
        begun = self._reply or self._adopted()
        if self._user_back:
            return
        standing = self._standing
        standing.uncommitted = [words for words in standing.uncommitted if words not in self._transcribed]
        self._reply = reply = begun or self._new_reply()
        self._committed, self._partial = True, self._silence in standing.uncommitted
        self._note(Kind.TURN_COMMIT, reply)
        if self._partial:
            self._note(Kind.TURN_PARTIAL, reply)
        reply.commit()
        if self._spoken_over_ms is not None:
            self._clock.at(self._clock.now, Priority.BARGE_IN, self._withdraw)

    def _keep_open(self) -> None:
        """The user is known to have gone on: no commit any more, and no reply without one."""
        self._hear(Kind.TURN_USER_BACK)
        self._user_back = True
        self._preemptive.close()
        if self._trial is None:
            self._endpointing.close()
        else:
            self._trial.drop()
        if self._second_commit is not None:
            self._second_commit.cancel()
        self._drop_reply()

    def _drop_reply(self) -> None:
        """Without a commit it is not spoken."""
        if self._reply is not None and not self._committed:
            self._note(Kind.REPLY_DROPPED, self._reply)
            self._reply.drop()

    def _barge_in(self) -> None:
        """The user speaks over a premature reply, or before one that is still to be committed."""
        self._spoken_over_ms = self._clock.now
        self._withdraw()

    def _withdraw(self) -> None:
        reply = self.reply
        if reply is not None and self._spoken_over_ms is not None:
            self._standing.unfinished = reply.had_more_to_say(self._spoken_over_ms)
            self._note(Kind.REPLY_WITHDRAWN, reply)
            self._replies.speak_over(reply, self._silence)

    def _restart(self) -> None:
        """A final transcript that comes too late ends the reply; unless the user goes on, the turn commits again."""
        reply, wait_ms = self.reply, self._settings.asr.late_final_ms
        if reply is None or wait_ms is None or not self._interruptible or self._spoken_over_ms is not None:
            return
        self._note(Kind.TURN_RESTART, reply)
        reply.withdraw()
        self._reply = None
        self._standing.unfinished = False
        if not self._user_back:
            self._second_commit = self._clock.at(self._clock.now + wait_ms, Priority.COMMIT, self._commit)

    def _drop_trial(self) -> None:
        """A later transcript has come: the reply to fewer words never counts."""
        if self._trial is not None:
            self._trial.drop()
            self._trial = None

    def _adopted(self) -> AnyReply | None:
        """The reply that was begun on trial before this moment, which counts from now on; None: none was."""
        trial, self._trial = self._trial, None
        if trial is None or trial.begun_ms >= self._clock.now:
            return None
        self._standing.preemptive_starts += 1
        self._standing.replies += 1
        return trial.count()

    def _may_start(self) -> bool:
        rules, standing = self._settings.eager, self._standing
        return standing.preemptive_starts < rules.max_starts and (rules.after_premature or not standing.unfinished)

    def _new_reply(self) -> AnyReply:
        number = self._standing.replies
        self._standing.replies += 1
        return self._replies.new(number, self._silence, self._play.record, self._standing.floor_ms)

    def _note_endpoint(self, wait_ms: float) -> None:
        if not self._user_back:
            self._hear(Kind.TURN_ENDPOINT, value=wait_ms)

    def _hear(self, kind: Kind, *, value: float | None = None) -> None:
        self._play.record(kind, self._silence.place, value=value)

    def _note(self, kind: Kind, reply: AnyReply) -> None:
        self._play.record(kind, self._silence.place, reply.number)
