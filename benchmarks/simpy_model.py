"""The timing model as a plain SimPy model: the yardstick of the benchmarks, and no third engine.

One environment a turn; the silences, the transcripts, the stages, the reply and what is said over it are processes. It
tells what the user lives through, without the parts of the response time. Times are ms at the server.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.simpy_lived import INF, Lived, Reply, Stage
from stages.settings import Settings, StagePolicy
from stages.turn import Overlap, Turn

Steps = Generator[simpy.Event, Any, Any]


class TurnModel:
    """One turn under one set of settings; `run` gives what the user lived through."""

    def __init__(self, turn: Turn, settings: Settings) -> None:
        self.turn, self.settings, self.env = turn, settings, simpy.Environment()
        speech = turn.speech
        self.pauses = speech.pauses or ()
        self.up, self.down = float(turn.network.up_ms or 0), float(turn.network.down_ms or 0)
        self.final_ms = float(turn.asr.final_ms or 0)
        self.lead_ms, self.other_ms = float(turn.llm.lead_ms), float(turn.other_ms or 0)
        self.length = float((turn.llm.reply_tokens or 0) * (turn.tts.ms_per_token or 0))
        self.starts = [pause.at_ms for pause in self.pauses] + [speech.end_ms]
        self.finals = [at_ms + self.up + self.final_ms for at_ms in self.starts]
        self.committed = [False] * len(self.starts)
        self.origin = self.floor = 0.0
        self.preemptive_starts = 0
        self.unfinished = False
        self.false_sound: float | None = None
        self.lived = Lived()
        piece = {"clause": turn.llm.clause_tokens, "sentence": turn.llm.sentence_tokens, "reply": turn.llm.reply_tokens}
        self.piece = piece[settings.tts.first_chunk] or 0
        self.text = min(self.piece + settings.tts.lookahead_tokens, turn.llm.reply_tokens or 0)
        self.saved = self.saved_ms()

    def saved_ms(self) -> float:
        """What a bounded history takes off every first token."""
        history, bound = self.turn.history, self.settings.llm.max_history
        if history is None or bound is None:
            return 0.0
        prefill = float(self.turn.llm.prefill_ms_per_1k or 0)
        return prefill / 1000 * history.tokens_per_turn * max(0, history.turns - bound)

    def run(self) -> Lived:
        self.env.process(self.conversation())
        self.env.run()
        return self.lived

    @property
    def now(self) -> float:
        return self.env.now - self.origin

    def until(self, moment: float) -> simpy.Event:
        """Happens at this moment, and gives it; at once if it has passed, never if it does not come."""
        return self.env.timeout(max(0.0, moment - self.now), moment) if moment < INF else self.env.event()

    def conversation(self) -> Steps:
        """The user's silences one after the other; the clock is set to each, for a reply may reach beyond the next."""
        k = 0
        while k < len(self.starts):
            earlier = self.held(k) if self.settings.eager.on == "final" else INF
            self.origin = self.env.now - min(self.starts[k], earlier)
            k = yield self.env.process(self.exchange(k))

    def exchange(self, k: int) -> Steps:
        """One silence; gives the next one to look at."""
        turn, s, last = self.turn, self.settings, k == len(self.pauses)
        at, score, release = self.starts[k], turn.speech.eot_score, self.release(k)
        back = withdrawn = INF
        if not last:
            pause = self.pauses[k]
            score = pause.eot_score
            lag = turn.speech.onset_lag_ms if pause.onset_lag_ms is None else pause.onset_lag_ms
            if s.vad.silence_ms >= pause.ms + lag - release:
                return k + 1
            until = at + pause.ms
            talk = self.starts[k + 1] - until
            back = until + self.up + lag + min(s.endpointing.onset_ms, talk)
            withdrawn = until + self.up + lag + min(s.barge_in.withdraw_ms, talk)
        quiet = at + self.up + release
        patience = self.env.process(self.patience(k, quiet, score))
        endpointing = self.env.process(self.endpointing(patience, back))
        begun = self.env.process(self.preemptive(k, quiet, score, back, patience, endpointing))
        commit = yield endpointing
        started: tuple[simpy.Process, Reply] | None = yield begun
        if commit is None:
            self.lived.wasted_starts += started is not None
            return k + 1
        if not last:
            self.lived.premature += 1
        self.commit(k, commit)
        partial = self.finals[k] > commit
        process, reply = started or self.begin_reply(self.env.event().succeed(commit), waits=True)
        late, final = s.asr.late_final_ms, self.finals[k]
        if partial and late is not None and s.barge_in.mode == "interrupt" and final < withdrawn:
            yield self.until(final)
            yield process
            self.lived.restarted, self.unfinished = True, False
            self.lived.wasted_starts += reply.llm.starts
            if reply.sound < final:
                self.hear_in_error(reply, reply.sound)
            if not final + late < back:
                return k + 1
            self.origin = self.env.now - (final + late)
            self.commit(k, final + late)
            partial = False
            if not last:
                self.lived.premature += 1
            process, reply = self.begin_reply(self.env.event().succeed(final + late), waits=True)
        yield process
        if last:
            yield self.env.process(self.answer(reply, partial))
            return k + 1
        return self.go_on(k, reply, withdrawn)

    def commit(self, k: int, moment: float) -> None:
        for j in range(k + 1):
            self.committed[j] = self.committed[j] or self.finals[j] <= moment

    def release(self, k: int) -> float:
        """How late the VAD hears silence k begin."""
        own = self.pauses[k].release_ms if k < len(self.pauses) else None
        return self.turn.speech.release_ms if own is None else own

    def held(self, k: int) -> float:
        """The earliest transcript of words that are not committed."""
        return min((self.finals[j] for j in range(k) if not self.committed[j]), default=INF)

    def answered(self, k: int, quiet: float) -> float:
        """When the end-of-turn model has answered."""
        report = quiet + self.settings.vad.silence_ms
        asked = {"stream": quiet, "vad": report, "final": max(report, min(self.finals[k], self.held(k)))}
        return asked[self.settings.endpointing.score_from] + self.turn.speech.eot_delay_ms

    def endpointing(self, patience: simpy.Process, back: float) -> Steps:
        """Gives the commit; None if the user was back first."""
        commit = yield patience
        return commit if commit < back else None

    def patience(self, k: int, quiet: float, score: float | None) -> Steps:
        """Gives the commit, were the silence to last."""
        rules, asr, final = self.settings.endpointing, self.settings.asr, self.finals[k]
        report = yield self.until(quiet + self.settings.vad.silence_ms)
        scored = rules.eot_threshold is not None and score is not None
        patient = scored and score < rules.eot_threshold  # type: ignore[operator]
        counted = final if rules.counts_from == "final" and final > report else quiet
        silent = yield self.until(counted + (rules.max_silence_ms if patient else rules.silence_ms))
        scored_at = (yield self.until(self.answered(k, quiet))) if scored else 0.0
        endpoint = max(report, silent, scored_at)
        with_words = self.until(max(endpoint + asr.final_timeout_ms, self.held(k)))
        limit = self.until(INF if asr.empty_timeout_ms is None else endpoint + asr.empty_timeout_ms)
        heard = yield self.until(final) | with_words | limit
        return max(endpoint, min(heard.values()))

    def preemptive(
        self,
        k: int,
        quiet: float,
        score: float | None,
        back: float,
        patience: simpy.Process,
        endpointing: simpy.Process,
    ) -> Steps:
        """Gives the reply that was begun before the commit, if one was."""
        rules, last = self.settings.eager, INF
        earlier = [self.finals[j] for j in range(k) if not self.committed[j]] if rules.on == "final" else []
        if rules.on == "final":
            last = self.finals[k]
        elif rules.on == "score" and score is not None and score >= rules.threshold:
            shown = self.starts[k] + self.up + self.turn.asr.interim_ms
            last = max(quiet + rules.silence_ms, self.answered(k, quiet), shown)
        allowed = self.preemptive_starts < rules.max_starts and (rules.after_premature or not self.unfinished)
        longest = INF if rules.max_speech_ms is None else self.up + rules.max_speech_ms
        begun: dict[float, tuple[simpy.Process, Reply]] = {}
        for moment in (*earlier, last):
            if allowed and moment < back and moment <= longest:
                due = self.until(moment)
                if due in (yield due | patience):
                    begun[moment] = self.begin_reply(endpointing)
        commit = yield patience
        known = [moment for moment in earlier if moment <= commit]
        moment = known[-1] if known and last >= commit else last
        if moment >= commit or moment not in begun:
            return None
        self.preemptive_starts += 1
        return begun[moment]

    def begin_reply(self, commit: simpy.Event, waits: bool = False) -> tuple[simpy.Process, Reply]:
        """`waits`: the LLM is asked only once the application has done its own work after the commit."""
        reply = Reply(Stage(), Stage())
        return self.env.process(self.speak(reply, commit, waits)), reply

    def asked(self, commit: simpy.Event) -> Steps:
        """Until the LLM might be asked; gives the commit, None without one."""
        committed = yield commit
        if committed is not None:
            yield self.until(committed + self.lead_ms)
        return committed

    def speak(self, reply: Reply, commit: simpy.Event, waits: bool) -> Steps:
        """LLM and tools, first piece of text, TTS, playout."""
        s, llm, tts = self.settings, self.turn.llm, self.turn.tts
        asked = self.env.process(self.asked(commit))
        if waits:
            yield asked
        yield self.env.process(self.stage(s.llm, self.draws(llm.ttft_ms), llm.fallback_ttft_ms, reply.llm))
        for tool in llm.tools:
            if reply.llm.failed or (yield asked) is None:
                break
            yield self.env.timeout(tool.ms or 0)
            yield self.env.process(self.stage(s.llm, self.draws(tool.ttft_ms), llm.fallback_ttft_ms, reply.llm))
            reply.llm.starts -= 1
        reply.first_token = self.now
        if not reply.llm.failed:
            yield self.env.timeout((self.text - 1) * (llm.token_ms or 0))
            if not s.eager.tts:
                yield asked
            audio = [float(x or 0) for x in tts.ttfb_ms or ()]
            yield self.env.process(self.stage(s.tts, audio, tts.fallback_ttfb_ms, reply.tts))
        reply.audio = self.now
        committed = yield asked
        if committed is None:
            return
        ready = max(reply.audio, committed + self.lead_ms, self.floor)
        yield self.until(ready + self.other_ms + s.playout.prebuffer_ms)
        reply.play = reply.sound = self.now
        if s.filler.after_ms is not None and reply.play > committed + s.filler.after_ms:
            reply.filler, reply.sound = True, committed + s.filler.after_ms
            yield self.until(reply.sound + s.filler.ms)
            reply.play = self.now

    def draws(self, ttft_ms: tuple[float | None, ...] | None) -> list[float]:
        """First tokens, as a bounded history leaves them."""
        return [max(0.0, float(x or 0) - self.saved) for x in ttft_ms or ()]

    def stage(self, policy: StagePolicy, draws: list[float], fallback_ms: float | None, stage: Stage) -> Steps:
        """Attempts one after the other, or side by side; then the fallback."""
        answered = self.env.event()
        for i in range(policy.attempts):
            stage.starts += 1
            draw = draws[i] if i < len(draws) else INF
            if policy.hedge:
                if draw < INF:
                    self.env.process(self.hedged(draw, answered))
            elif draw <= policy.timeout_ms:
                yield self.env.timeout(draw)
                return
            yield answered | self.env.timeout(policy.timeout_ms)
            if answered.triggered:
                return
            if not policy.hedge and i + 1 < policy.attempts:
                yield self.env.timeout(policy.retry_gap_ms)
        if policy.fallback and fallback_ms is not None:
            stage.starts += 1
            stage.fell_back = True
            yield self.env.timeout(fallback_ms)
        else:
            stage.failed = True

    def hedged(self, draw: float, answered: simpy.Event) -> Steps:
        """One attempt of several: the first to answer wins."""
        yield self.env.timeout(draw)
        if not answered.triggered:
            answered.succeed()

    def comes_back(self, k: int, reply: Reply) -> float:
        """When a reply that was kept back over short speech after silence k sounds; infinite: it does not."""
        over, vad_ms = self.settings.barge_in, self.settings.vad.silence_ms
        talk = self.starts[k + 1] - (self.pauses[k].at_ms + self.pauses[k].ms)
        if over.resume_ms is None or talk + vad_ms >= over.min_speech_ms:
            return INF
        return max(reply.sound, self.starts[k + 1] + self.up + self.release(k + 1) + vad_ms)

    def hear_in_error(self, reply: Reply, sound: float) -> None:
        if reply.silent:
            return
        if sound + self.down < self.turn.speech.end_ms:
            self.lived.cut_off = True
        else:
            self.lived.false_start = True
            self.false_sound = sound if self.false_sound is None else self.false_sound

    def go_on(self, k: int, reply: Reply, withdrawn: float) -> int:
        """After a premature reply: the next silence to look at."""
        mode, length = self.settings.barge_in.mode, 0.0 if reply.failed else self.length
        self.lived.wasted_starts += reply.llm.starts
        if mode == "interrupt":
            self.unfinished = reply.play + length > withdrawn
            if reply.sound < withdrawn:
                self.hear_in_error(reply, reply.sound)
            elif (back := self.comes_back(k, reply)) < self.finals[k + 1]:
                self.hear_in_error(reply, back)
            return k + 1
        self.unfinished = False
        self.hear_in_error(reply, reply.sound)
        if reply.silent:
            return k + 1
        self.floor = reply.play + length
        if mode == "append":
            return k + 1
        after = k + 1
        while after <= len(self.pauses):
            before = self.pauses[after - 1]
            if before.at_ms + before.ms + self.up >= self.floor:
                break
            after += 1
        for j in range(min(after, len(self.starts))):
            self.committed[j] = True
        self.lived.lost = after > len(self.pauses)
        return after

    def answer(self, reply: Reply, partial: bool) -> Steps:
        """The reply to the whole turn, and what is said over it."""
        lived, end = self.lived, self.turn.speech.end_ms
        lived.response_ms = reply.play + self.down - end
        lived.first_sound_ms = (reply.sound if self.false_sound is None else self.false_sound) + self.down - end
        lived.failed, lived.filler, lived.llm_starts = reply.failed, reply.filler, reply.llm.starts
        lived.degraded = partial or reply.llm.fell_back or reply.tts.fell_back
        if not reply.failed:
            lived.stutter_ms = self.stutter(reply)
            yield self.env.process(self.listening())

    def stutter(self, reply: Reply) -> float:
        llm, tts = self.turn.llm, self.turn.tts
        tokens, sentence = llm.reply_tokens or 0, llm.sentence_tokens or 0
        if self.text >= tokens:
            return 0.0
        end = sentence if self.piece < sentence else self.piece + sentence
        text = min(end + self.settings.tts.lookahead_tokens, tokens)
        draw = float((tts.ttfb_ms or (0,))[0] or 0)
        written = reply.first_token + (text - 1) * (llm.token_ms or 0)
        ready = max(written, reply.audio) + min(draw, self.settings.tts.timeout_ms)
        return max(0.0, ready - (reply.play + self.piece * (tts.ms_per_token or 0)))

    def listening(self) -> Steps:
        """The overlaps, from when the user hears the reply, until one ends it."""
        over, lived = self.settings.barge_in, self.lived
        self.origin, rest = self.env.now, self.length
        need, delay = max(1, over.min_words), self.up + self.down
        for overlap in self.turn.overlaps or ():
            if overlap.at_ms >= rest:
                return
            yield self.until(overlap.at_ms)
            interrupt = overlap.kind == "interrupt"
            lived.interrupts_met += interrupt
            stop = self.stop(overlap, need) + delay
            known = over.score_threshold is not None and overlap.score is not None
            believed = not known or overlap.score >= over.score_threshold  # type: ignore[operator]
            if over.mode == "interrupt" and believed and stop < rest:
                yield self.until(stop)
                if interrupt:
                    lived.stop_ms = stop - overlap.at_ms
                    return
                if over.resume_ms is None or overlap.words >= need:
                    lived.false_interrupt = True
                    return
                silence = self.turn.speech.release_ms + self.settings.vad.silence_ms + over.resume_ms
                gap = max(0.0, overlap.at_ms + overlap.ms + silence + delay - stop)
                lived.hiccups += 1
                lived.hiccup_ms += gap
                rest += gap
            elif interrupt:
                lived.interrupts_missed += 1
                lived.talked_over_ms += min(overlap.ms, rest - overlap.at_ms)

    def stop(self, overlap: Overlap, need: int) -> float:
        """When the agent is stopped, if anything stops it."""
        over, speech, asr = self.settings.barge_in, self.turn.speech, self.turn.asr
        at, ms, words = overlap.at_ms, overlap.ms, overlap.words
        guard = max(over.guard_ms, over.guard_first_ms) if self.turn.index == 0 else over.guard_ms
        late = max(at, guard)
        voice = late + speech.onset_lag_ms + over.min_speech_ms
        heard_until = at + ms + speech.release_ms + (self.settings.vad.silence_ms if over.hangover else 0)
        stop = INF
        if over.on_voice and at + ms > late and heard_until >= voice and words >= over.min_words:
            stop = max(voice, at + ms * over.min_words / words) if over.min_words else voice
        if over.on_words != "off" and words >= need and at >= guard:
            shown = at + ms + self.final_ms
            if over.on_words == "interim":
                shown = at + min(ms * need / words + asr.interim_ms, ms + self.final_ms)
            stop = min(stop, shown)
        return stop
