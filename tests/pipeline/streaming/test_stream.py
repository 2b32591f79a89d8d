"""Whole turns, worked out by hand, as the pipeline lives through them (timing model, section 4)."""

from pipeline.streaming.stream import run
from tests.pipeline.worked import lived, paused, story, turn, under


def test_a_plain_turn_from_the_end_of_speech_to_the_end_of_the_reply() -> None:
    assert story(run(turn(), under())) == [
        "0 user.speaks",
        "1000 user.done",
        "1050 vad.quiet",
        "1150 asr.interim",
        "1250 asr.final",
        "1250 vad.report",
        "1690 turn.endpoint =640",
        "1690 turn.commit r0",
        "1690 llm.attempt r0 #0",
        "1990 llm.answer r0 #0",
        "2090 tts.text r0 =11",
        "2090 tts.attempt r0 #0",
        "2190 tts.answer r0 #0",
        "2190 agent.ready r0",
        "2190 agent.floor r0",
        "2190 agent.speaks r0 =1000",
        "2240 user.hears r0",
        "2290 tts.next r0",
        "3190 agent.done r0",
        "3240 user.hears_last r0",
    ]


def test_a_pause_that_the_vad_smooths_over_shows_in_transcripts_alone() -> None:
    log = run(turn(speech=paused((400, 200), end_ms=1000)), under())
    assert story(log)[:8] == [
        "0 user.speaks",
        "400 user.pauses",
        "550 asr.interim",
        "600 user.speaks",
        "650 vad.smooths",
        "650 asr.final",
        "1000 user.done",
        "1050 vad.quiet",
    ]


def test_a_user_who_goes_on_in_time_keeps_the_turn_open() -> None:
    log = run(turn(speech=paused((400, 400), end_ms=1500)), under())
    assert story(log)[:9] == [
        "0 user.speaks",
        "400 user.pauses",
        "450 vad.quiet",
        "550 asr.interim",
        "650 asr.final",
        "650 vad.report",
        "800 user.speaks",
        "850 vad.speech",
        "1010 turn.user_back",
    ]
    assert story(log, "turn") == ["1010 turn.user_back", "2190 turn.endpoint =640", "2190 turn.commit r0"]


def test_in_append_mode_the_premature_reply_is_spoken_to_its_end_and_holds_the_floor() -> None:
    speech = paused((400, 800), end_ms=2000)
    log = run(turn(speech=speech, tts={"ms_per_token": 200}), under(barge_in__mode="append"))
    assert story(log, "reply", "turn", "agent") == [
        "1090 turn.endpoint =640",
        "1090 turn.commit r0",
        "1410 turn.user_back",
        "1590 agent.ready r0",
        "1590 agent.floor r0",
        "1590 agent.speaks r0 =4000",
        "2690 turn.endpoint =640",
        "2690 turn.commit r1",
        "3190 agent.ready r1",
        "5590 agent.done r0",
        "5590 agent.floor r1",
        "5590 agent.speaks r1 =4000",
        "9590 agent.done r1",
    ]
    outcome = lived(log.world.turn, under(barge_in__mode="append"))
    assert (outcome.parts and outcome.parts.floor, outcome.response_ms) == (2400, 3640)
    assert (outcome.premature, outcome.cut_off, outcome.false_start, outcome.wasted_starts) == (1, True, False, 1)


def test_in_ignore_mode_what_is_said_while_the_agent_holds_the_floor_is_dropped() -> None:
    speech = paused((400, 800), (1500, 1300), end_ms=4000)
    log = run(turn(speech=speech), under(barge_in__mode="ignore"))
    assert story(log, "turn") == [
        "1090 turn.endpoint =640",
        "1090 turn.commit r0",
        "1250 turn.drops",
        "1410 turn.user_back",
        "4690 turn.endpoint =640",
        "4690 turn.commit r1",
    ]
    assert "1500 user.pauses" in story(log)
    assert "1550 vad.quiet" not in story(log)


def test_speech_that_begins_as_the_floor_is_free_is_heard() -> None:
    """The reply is over at 2590; at 2540 the user goes on, which the server sees 50 ms later."""
    heard, dropped = paused((400, 2140), end_ms=3000), paused((400, 2139), end_ms=3000)
    assert not lived(turn(speech=heard), under(barge_in__mode="ignore")).lost
    assert lived(turn(speech=dropped), under(barge_in__mode="ignore")).lost


def test_a_turn_whose_last_words_were_dropped_is_lost() -> None:
    log = run(turn(speech=paused((400, 800), end_ms=2000)), under(barge_in__mode="ignore"))
    assert story(log, "turn") == [
        "1090 turn.endpoint =640",
        "1090 turn.commit r0",
        "1250 turn.drops",
        "1410 turn.user_back",
        "2590 turn.lost",
    ]
    outcome = lived(log.world.turn, under(barge_in__mode="ignore"))
    assert (outcome.lost, outcome.response_ms, outcome.first_sound_ms, outcome.parts) == (True, None, None, None)
    assert (outcome.llm_starts, outcome.wasted_starts, outcome.premature, outcome.cut_off) == (0, 1, 1, True)


def test_a_silent_reply_holds_no_floor_and_drops_nothing() -> None:
    """Synthesis fails at 1490 + 5000."""
    speech, mute = paused((400, 800), end_ms=2000), {"ttfb_ms": [9000]}
    for mode in ("append", "ignore"):
        outcome = lived(turn(speech=speech, tts=mute), under(barge_in__mode=mode))
        assert (outcome.lost, outcome.failed, outcome.cut_off, outcome.premature) == (False, True, False, 1)
        assert outcome.parts is not None
        assert outcome.parts.floor == 0


def test_in_ignore_mode_words_without_a_transcript_are_gone_once_the_agent_has_spoken() -> None:
    """Appended, the first words (transcribed at 1450, after the commit at 1290) are at hand when the last are not."""
    speech, asr = paused((400, 3600), end_ms=5000), {"final_ms": 1000}
    commits = {}
    for mode in ("append", "ignore"):
        rules = under(asr__final_timeout_ms=0, asr__empty_timeout_ms=200, barge_in__mode=mode)
        commits[mode] = [line for line in story(run(turn(speech=speech, asr=asr), rules), "turn") if "commit" in line]
    assert commits == {
        "append": ["1290 turn.commit r0", "5690 turn.commit r1"],
        "ignore": ["1290 turn.commit r0", "5890 turn.commit r1"],
    }


def test_the_same_turn_gives_the_same_log() -> None:
    speech = paused((400, 800), (1500, 300), end_ms=2500)
    assert run(turn(speech=speech), under()) == run(turn(speech=speech), under())
