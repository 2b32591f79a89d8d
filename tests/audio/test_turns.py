"""The turns of made calls, of which all times are known."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.importers import Imported, import_recording
from stages.errors import InputError, RecordingError
from tests.audio.calls import AGENT, AGENT_HZ, ROOM, USER, USER_HZ, call, in_doubt, side, wav
from tests.audio.voice import RATE, Sound

NEAR_MS = 40.0


def imported(folder: Path, *given: Path, **options: object) -> Imported:
    return import_recording("audio", given or [folder], options)


def put(folder: Path, sound: Sound, name: str = "call.wav", rate: int = RATE) -> Path:
    path = folder / name
    path.write_bytes(wav(sound, rate))
    return path


def test_response_times_pauses_and_overlaps_are_those_of_the_call(tmp_path: Path) -> None:
    put(tmp_path, call())
    done = imported(tmp_path)
    first, second = done.turns
    assert [turn.response_ms for turn in done.turns] == pytest.approx([900, 1_100], abs=NEAR_MS)
    (pause,) = first.speech.pauses or ()
    assert (pause.at_ms, pause.ms) == pytest.approx((1_200, 500), abs=NEAR_MS)
    assert (first.speech.end_ms, second.speech.end_ms) == pytest.approx((2_600, 900), abs=NEAR_MS)
    assert second.speech.pauses == ()
    assert (first.overlaps, second.overlaps) == ((), ())
    assert [turn.index for turn in done.turns] == [1, 2]


def test_every_pause_and_end_has_a_score_unless_none_is_wanted(tmp_path: Path) -> None:
    put(tmp_path, call())
    scored, plain = imported(tmp_path).turns, imported(tmp_path, scores=False).turns
    found = [
        score for turn in scored for score in (turn.speech.eot_score, *(p.eot_score for p in turn.speech.pauses or ()))
    ]
    assert len(found) == 3
    assert None not in found
    assert [turn.speech.eot_score for turn in plain] == [None, None]


def test_what_the_vad_is_late_by_is_measured(tmp_path: Path) -> None:
    put(tmp_path, call())
    assert 0 < imported(tmp_path).turns[0].speech.release_ms < 150


def test_the_length_of_a_reply_is_that_of_its_tokens(tmp_path: Path) -> None:
    put(tmp_path, call())
    lengths = [(turn.llm.reply_tokens or 0) * (turn.tts.ms_per_token or 0) for turn in imported(tmp_path).turns]
    assert lengths == pytest.approx([end - start for start, end in AGENT[1:]], abs=NEAR_MS)


def test_what_the_user_says_over_the_agent_is_an_overlap_of_its_kind(tmp_path: Path) -> None:
    user = ((2_500, 3_700), (5_800, 6_200), (10_000, 10_800), (13_500, 15_100))
    agent = ((400, 1_800), (4_800, 9_500), (11_800, 14_000), (16_200, 17_500))
    put(tmp_path, call(user, agent, 18_000))
    first, second, third = imported(tmp_path).turns
    (backchannel,) = first.overlaps or ()
    assert backchannel.kind == "backchannel"
    assert (backchannel.at_ms, backchannel.ms) == pytest.approx((1_000, 400), abs=NEAR_MS)
    assert second.overlaps is not None
    assert [one.kind for one in second.overlaps] == ["interrupt"]
    assert third.speech.end_ms == pytest.approx(1_600, abs=NEAR_MS)
    assert third.response_ms == pytest.approx(1_100, abs=NEAR_MS)


def test_an_agent_that_the_user_talks_on_over_was_premature(tmp_path: Path) -> None:
    put(tmp_path, call(((2_500, 3_700), (4_800, 6_400)), ((400, 1_800), (4_500, 5_300), (7_400, 9_000))))
    (turn,) = imported(tmp_path).turns
    (pause,) = turn.speech.pauses or ()
    assert pause.ms == pytest.approx(1_100, abs=NEAR_MS)
    assert turn.response_ms == pytest.approx(1_000, abs=NEAR_MS)


def test_with_no_grace_it_was_interrupted(tmp_path: Path) -> None:
    put(tmp_path, call(((2_500, 3_700), (4_800, 6_400)), ((400, 1_800), (4_500, 5_300), (7_400, 9_000))))
    first, second = imported(tmp_path, grace_ms=100).turns
    assert [one.kind for one in first.overlaps or ()] == ["interrupt"]
    assert second.speech.end_ms == pytest.approx(1_600, abs=NEAR_MS)


def test_the_least_silence_decides_what_is_a_pause(tmp_path: Path) -> None:
    put(tmp_path, call())
    assert [len(turn.speech.pauses or ()) for turn in imported(tmp_path, min_silence_ms=700).turns] == [0, 0]


def test_an_agent_on_the_left_is_found_and_said(tmp_path: Path) -> None:
    put(tmp_path, call()[:, ::-1])
    done = imported(tmp_path)
    assert [turn.response_ms for turn in done.turns] == pytest.approx([900, 1_100], abs=NEAR_MS)
    assert any("the user is right" in note.message for note in done.report.notes)
    assert done.report.faults == ()


@pytest.mark.parametrize("options", [{"swap": True}, {"user": "right"}])
def test_swapped_channels_are_taken_as_they_were_said(tmp_path: Path, options: dict[str, object]) -> None:
    put(tmp_path, call()[:, ::-1])
    assert imported(tmp_path, **options).turns == imported(tmp_path).turns


def test_in_doubt_the_left_one_is_taken_and_strict_refuses(tmp_path: Path) -> None:
    path = put(tmp_path, in_doubt())
    (fault,) = imported(tmp_path).report.faults
    assert (fault.kind, fault.count) == ("channels", 1)
    with pytest.raises(RecordingError, match="--strict"):
        import_recording("audio", [path], {}, strict=True)
    assert imported(tmp_path, user="left").report.faults == ()


def test_in_doubt_it_is_asked_where_somebody_can_answer(tmp_path: Path) -> None:
    put(tmp_path, in_doubt())
    with pytest.raises(RecordingError, match=r"in doubt.*--user left or right"):
        imported(tmp_path, user="ask")


def test_two_files_are_one_call_by_their_names(tmp_path: Path) -> None:
    put(tmp_path, side(AGENT, AGENT_HZ), "call-7-agent.wav")
    put(tmp_path, side(USER, USER_HZ, noise=ROOM), "call-7-user.wav", 16_000)
    done = imported(tmp_path)
    assert [turn.response_ms for turn in done.turns] == pytest.approx([900, 1_100], abs=NEAR_MS)
    assert done.turns[0].session == "call-7"
    assert any("same moment" in note.message for note in done.report.notes)


def test_one_channel_is_read_with_labels_beside_it(tmp_path: Path) -> None:
    put(tmp_path, call().sum(axis=1))
    spoken = [(start, end, "user") for start, end in USER] + [(start, end, "bot") for start, end in AGENT]
    lines = [f"{start / 1000 - 0.03}\t{end / 1000 + 0.05}\t{who}\n" for start, end, who in sorted(spoken)]
    (tmp_path / "call.txt").write_text("".join(lines))
    assert [turn.response_ms for turn in imported(tmp_path).turns] == pytest.approx([900, 1_100], abs=NEAR_MS)
    assert import_recording("auto", [tmp_path]).turns == imported(tmp_path).turns


def test_one_channel_without_labels_is_refused_with_the_next_step(tmp_path: Path) -> None:
    put(tmp_path, call().sum(axis=1))
    with pytest.raises(RecordingError, match=r"has one channel.*--labels"):
        imported(tmp_path)


def test_one_sound_on_both_channels_is_refused(tmp_path: Path) -> None:
    mixed = call().sum(axis=1)
    put(tmp_path, np.stack([mixed, mixed], axis=1))
    with pytest.raises(RecordingError, match="the same sound on both channels"):
        imported(tmp_path)


def test_a_silent_channel_is_named(tmp_path: Path) -> None:
    put(tmp_path, call() * (1, 0))
    with pytest.raises(RecordingError, match="no speech in right"):
        imported(tmp_path)


def test_an_echo_of_the_agent_is_no_speech_of_the_user(tmp_path: Path) -> None:
    sound = call()
    late = round(0.12 * RATE)
    sound[late:, 0] += 0.15 * sound[:-late, 1]
    put(tmp_path, sound)
    done = imported(tmp_path)
    assert [turn.response_ms for turn in done.turns] == pytest.approx([900, 1_100], abs=NEAR_MS)
    kinds = [one.kind for turn in done.turns for one in turn.overlaps or ()]
    assert kinds
    assert set(kinds) == {"echo"}
    assert {fault.kind for fault in done.report.faults} == {"agent_heard"}


def test_several_files_are_a_session_each(tmp_path: Path) -> None:
    put(tmp_path, call(), "one.wav")
    put(tmp_path, call(), "two.flac")
    done = imported(tmp_path)
    assert [turn.session for turn in done.turns] == ["one", "one", "two", "two"]


WITH_SOUNDS = ((2_500, 3_700), (4_200, 5_100), (7_000, 7_400), (9_000, 9_900), (12_000, 12_400))
"""Over the first reply a word, over the second a cough: the transcript has no word there."""


def test_a_transcript_tells_a_backchannel_from_a_noise(tmp_path: Path) -> None:
    put(tmp_path, call(WITH_SOUNDS))
    words = tmp_path / "words.csv"
    spoken = [(start, end) for start, end in WITH_SOUNDS if start != 12_000]
    rows = [f"{start / 1000},{end / 1000},yes,user\n" for start, end in spoken]
    words.write_text("start,end,word,speaker\n" + "".join(rows))
    turns = imported(tmp_path, tmp_path / "call.wav", transcript=str(words)).turns
    assert [[(one.kind, one.words) for one in turn.overlaps or ()] for turn in turns] == [
        [("backchannel", 1)],
        [("noise", 0)],
    ]


def test_one_transcript_is_of_one_call(tmp_path: Path) -> None:
    put(tmp_path, call(), "one.wav")
    put(tmp_path, call(), "two.wav")
    with pytest.raises(InputError, match="--transcript is of one call, and 2 are given"):
        imported(tmp_path, transcript="words.csv")


def test_a_user_who_is_heard_on_the_agents_channel_too_is_the_user_alone(tmp_path: Path) -> None:
    sound = call()
    sound[:, 1] += 0.3 * sound[:, 0]
    put(tmp_path, sound)
    done = imported(tmp_path, user="left")
    assert [turn.response_ms for turn in done.turns] == pytest.approx([900, 1_100], abs=NEAR_MS)
    assert "user_heard" in {fault.kind for fault in done.report.faults}
