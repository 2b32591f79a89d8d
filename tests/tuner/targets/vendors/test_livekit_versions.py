"""LiveKit Agents for Python by version: the names and defaults of each, and what a file says of it."""

from pathlib import Path

import pytest

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.readings import Reading

LIVEKIT = target("livekit")
SILERO = "AgentSession(stt=stt, llm=llm, tts=tts, vad=silero.VAD.load())"


def read(code: str, version: str = "") -> Reading:
    return target(f"livekit@{version}" if version else "livekit").read(code, "agent.py")


def defaults(version: str) -> dict[str, object]:
    return read(SILERO, version).settings.flat()


@pytest.mark.parametrize(
    ("version", "least", "most", "vad", "early", "resume", "guard", "words"),
    [
        ("1.0.0", 500, 6000, 550, "off", None, 0, "off"),
        ("1.2.1", 500, 6000, 550, "off", None, 0, "off"),
        ("1.2.6", 400, 6000, 400, "off", None, 0, "off"),
        ("1.2.7", 400, 6000, 400, "off", 2000, 0, "final"),
        ("1.2.8", 400, 6000, 400, "off", 2000, 0, "interim"),
        ("1.2.9", 500, 6000, 550, "off", 2000, 0, "interim"),
        ("1.3.7", 500, 3000, 550, "off", 2000, 0, "interim"),
        ("1.4.6", 500, 3000, 550, "off", 2000, 3000, "interim"),
        ("1.5.2", 500, 3000, 550, "final", 2000, 3000, "interim"),
        ("1.6.0", 500, 3000, 550, "final", 2000, 3000, "interim"),
        ("1.6.1", 300, 2500, 550, "final", 2000, 3000, "interim"),
        ("1.8.9", 300, 2500, 550, "final", 2000, 3000, "final"),
        ("2.0.0b1", 300, 2500, 550, "final", 2000, 3000, "final"),
    ],
)
def test_a_bare_session_has_the_defaults_of_its_version(
    version: str, least: float, most: float, vad: float, early: str, resume: float | None, guard: float, words: str
) -> None:
    found = defaults(version)
    assert (found["endpointing.silence_ms"], found["endpointing.max_silence_ms"]) == (least, most)
    assert (found["vad.silence_ms"], found["eager.on"], found["barge_in.resume_ms"]) == (vad, early, resume)
    assert (found["barge_in.guard_first_ms"], found["barge_in.on_words"]) == (guard, words)


def test_synthesis_always_started_early_before_it_could_be_switched_off() -> None:
    code = "AgentSession(vad=silero.VAD.load(), preemptive_generation=True)"
    assert read(code, "1.3.7").settings.eager.tts is True
    assert read(code, "1.3.7").settings.eager.max_speech_ms is None
    assert read(code, "1.8.9").settings.eager.tts is False


def test_without_a_vad_the_turn_ends_at_the_transcript_until_one_came_with_the_session() -> None:
    older, newer = (read("AgentSession(stt=stt)", one).settings for one in ("1.4.0", "1.8.9"))
    assert (older.endpointing.counts_from, older.vad.silence_ms, older.barge_in.on_voice) == ("final", 0, False)
    assert (newer.endpointing.counts_from, newer.vad.silence_ms, newer.barge_in.on_voice) == ("speech", 250, True)


@pytest.mark.parametrize(
    ("version", "with_vad", "without"),
    [
        ("1.0.20", "speech", "final"),
        ("1.2.7", "speech", "final"),
        ("1.3.1", "final", "final"),
        ("1.4.0", "speech", "final"),
        ("1.8.9", "final", "final"),
    ],
)
def test_what_the_mode_stt_counts_from_depends_on_the_version(version: str, with_vad: str, without: str) -> None:
    own = read('AgentSession(turn_detection="stt", vad=silero.VAD.load())', version)
    none = read('AgentSession(turn_detection="stt", vad=None)', version)
    assert (own.settings.endpointing.counts_from, none.settings.endpointing.counts_from) == (with_vad, without)


def test_a_premature_reply_was_withdrawn_by_speech_that_interrupts_before_1_5_7() -> None:
    code = "AgentSession(vad=silero.VAD.load(), min_interruption_duration=0.6)"
    assert read(code, "1.5.4").settings.barge_in.withdraw_ms == 600
    assert read(code, "1.5.7").settings.barge_in.withdraw_ms == 50


def test_flat_arguments_alone_leave_the_version_open_and_it_is_asked_for() -> None:
    reading = read("AgentSession(min_endpointing_delay=0.4, vad=silero.VAD.load())")
    assert reading.version == "livekit-agents 1.8.9"
    assert reading.asked.startswith("the file does not say its version: taken as livekit-agents 1.8.9")
    assert "endpointing.max_silence_ms 2500 (or 6000, 3000)" in reading.asked
    assert reading.asked.endswith("reads it as another version")


def test_nothing_is_asked_where_the_version_is_known() -> None:
    assert read("AgentSession(min_endpointing_delay=0.4)", "1.2.7").asked == ""
    assert read("from livekit.agents import LiveSession\nLiveSession()").asked == ""


@pytest.mark.parametrize(
    ("code", "version"),
    [
        ("LiveSession(vad=silero.VAD.load())", "2.0.0b1"),
        ("AgentSession(vad=inference.VAD())", "1.8.9"),
        ("AgentSession(agent_false_interruption_timeout=4.0)", "1.8.9"),
    ],
)
def test_the_words_of_a_file_narrow_its_version(code: str, version: str) -> None:
    assert read(code).version == f"livekit-agents {version}"


def test_a_word_that_the_installed_version_lacks_is_said() -> None:
    reading = read('AgentSession(turn_handling={"endpointing": {"min_delay": 0.6}})', "1.2.7")
    assert reading.settings.endpointing.silence_ms == 600
    assert [one for one in reading.doubts if one.startswith("livekit-agents 1.2.7 has no `turn_handling`")]


def test_a_live_session_is_read_as_an_agent_session() -> None:
    code = 'LiveSession(turn_handling={"endpointing": {"min_delay": 0.35, "max_delay": 2.0}})'
    found = read(f"from livekit.agents import LiveSession\n{code}\n").settings.endpointing
    assert (found.silence_ms, found.max_silence_ms) == (350, 2000)


def test_code_for_the_framework_before_1_0_is_refused_with_the_way_on() -> None:
    from stages.errors import SettingsError

    with pytest.raises(SettingsError, match=r"is for livekit-agents 0\.x"):
        read("from livekit.agents.pipeline import VoicePipelineAgent\nVoicePipelineAgent(min_endpointing_delay=0.4)")


def test_turn_handling_switches_the_flat_arguments_off_and_they_are_named() -> None:
    code = 'AgentSession(turn_handling={"endpointing": {"min_delay": 0.3}}, min_endpointing_delay=0.9, '
    reading = read(code + "allow_interruptions=False, preemptive_generation=False)")
    found = reading.settings
    assert (found.endpointing.silence_ms, found.barge_in.mode, found.eager.on) == (300, "interrupt", "final")
    assert set(reading.idle) >= {"AgentSession.min_endpointing_delay", "AgentSession.allow_interruptions"}
    assert "`AgentSession.min_endpointing_delay` 0.9: no effect: turn_handling is given" in "\n".join(reading.doubts)


def test_preemptive_generation_beside_turn_handling_acted_until_1_5_3() -> None:
    code = 'AgentSession(turn_handling={"endpointing": {"min_delay": 0.3}}, preemptive_generation=False)'
    assert read(code, "1.5.2").settings.eager.on == "off"
    assert read(code, "1.5.4").settings.eager.on == "final"


def test_preemptive_generation_may_be_a_dict() -> None:
    options = '{"enabled": True, "preemptive_tts": True, "max_retries": 2}'
    reading = read(f"AgentSession(preemptive_generation={options})")
    found = reading.settings.eager
    assert (reading.target, found.on, found.tts, found.max_starts) == ("livekit-flat-options", "final", True, 2)


def test_the_older_name_of_the_timeout_is_an_alias_from_1_2_7_and_goes_before_the_other() -> None:
    code = "AgentSession(agent_false_interruption_timeout=4.0, false_interruption_timeout=1.0)"
    assert read(code, "1.2.7").settings.barge_in.resume_ms == 4000
    assert read("AgentSession(agent_false_interruption_timeout=4.0)", "1.2.4").settings.barge_in.resume_ms is None


AGENT = """\
class Assistant(Agent):
    def __init__(self):
        super().__init__(instructions="x", {})

session = AgentSession(vad=silero.VAD.load(), turn_handling={{"endpointing": {{"min_delay": 0.6}}}})
"""


def test_an_agents_own_turn_handling_goes_before_the_sessions() -> None:
    code = AGENT.format('turn_handling={"endpointing": {"min_delay": 1.0}, "interruption": {"enabled": False}}')
    reading = read(code)
    assert (reading.settings.endpointing.silence_ms, reading.settings.barge_in.mode) == (1000, "ignore")
    assert [one for one in reading.doubts if "the Agent's own, and goes before" in one]


def test_an_agents_older_arguments_act_only_without_turn_handling_of_its_own() -> None:
    assert read(AGENT.format("allow_interruptions=False")).settings.barge_in.mode == "ignore"
    both = read(AGENT.format('allow_interruptions=False, turn_handling={"endpointing": {"min_delay": 1.0}}'))
    assert both.settings.barge_in.mode == "interrupt"
    assert "`Agent.allow_interruptions`: no effect: Agent.turn_handling is there too" in both.doubts


def test_a_tuned_delay_leaves_the_agent_and_stands_in_the_session() -> None:
    code = AGENT.format('turn_handling={"endpointing": {"min_delay": 1.0}}')
    before = read(code).settings
    after = LIVEKIT.deployable_space().coupled(before.replace({"endpointing.silence_ms": 700}))
    text = changed_file(LIVEKIT, after, code, "agent.py").text
    assert "1.0" not in text
    assert read(text).settings.endpointing.silence_ms == 700


@pytest.mark.parametrize("version", ["1.0.12", "1.2.7", "1.3.7", "1.5.2"])
def test_a_new_file_has_no_name_that_the_version_lacks(version: str) -> None:
    dated = target(f"livekit@{version}")
    settings = dated.as_deployed(Settings().replace({"endpointing.silence_ms": 450, "barge_in.min_words": 1}))
    text = new_file(dated, settings).text
    lacking = {
        "1.0.12": (
            "min_interruption_words",
            "preemptive_generation",
            "false_interruption",
            "aec_warmup",
            "turn_handling",
        ),
        "1.2.7": ("turn_handling", "aec_warmup_duration", "inference"),
        "1.3.7": ("turn_handling", "aec_warmup_duration", "inference"),
        "1.5.2": ("max_retries", "preemptive_tts", "inference.VAD"),
    }
    assert [name for name in lacking[version] if name in text] == []
    assert dated.read(text, "back").settings.endpointing.silence_ms == 450


def test_what_takes_an_upgrade_is_said_with_the_version() -> None:
    dated = target("livekit@1.2.7")
    writing = dated.write(Settings().replace({"eager.on": "final", "eager.max_starts": 2}))
    why = {one.name: one.reason for one in writing.inexpressible}
    assert why["eager.max_starts"].endswith("a later one has: livekit-agents 1.5.4")


def test_an_unknown_argument_is_listed_flat_and_nested(shared: Path) -> None:
    reading = read((shared / "data/cases/unk/lk_typo.py").read_text())
    flat = "AgentSession.min_endpointing_dealy (did you mean AgentSession.min_endpointing_delay?)"
    nested = "AgentSession.turn_handling.endpointing.min_dealy"
    assert [one for one in reading.unknown if one == flat]
    assert [one for one in reading.unknown if one.startswith(nested)]
    assert reading.settings.endpointing.max_silence_ms == 3000


def test_an_unknown_argument_of_the_vad_is_listed_and_those_that_cost_no_time_are_not() -> None:
    known = "prefix_padding_duration=0.2, activation_threshold=0.6, deactivation_threshold=0.4, sample_rate=16000"
    reading = read(f"AgentSession(vad=silero.VAD.load(min_silence_duration=0.3, {known}, min_silense_duration=1))")
    assert reading.unknown == ("VAD.min_silense_duration (did you mean VAD.min_silence_duration?)",)


def test_a_delay_below_the_vads_silence_is_said_to_have_no_effect() -> None:
    reading = read('AgentSession(vad=silero.VAD.load(), turn_detection="vad", min_endpointing_delay=0.2)')
    assert "`AgentSession.min_endpointing_delay` 0.2: no effect: the VAD's 0.55 s come later" in reading.doubts


def test_backchannels_have_no_effect_yet() -> None:
    reading = read(
        "AgentSession(turn_detection=inference.TurnDetector(unlikely_threshold=0.3, backchannel_threshold=0.5))"
    )
    assert reading.settings.endpointing.eot_threshold == 0.3
    assert "LiveKit does nothing at a backchannel yet" in reading.idle["TurnDetector.backchannel_threshold"]


def test_a_threshold_for_each_language_is_read_as_that_of_english() -> None:
    thresholds = '{"en": 0.4, "de": 0.2}'
    reading = read(f"AgentSession(turn_detection=inference.TurnDetector(unlikely_threshold={thresholds}))")
    assert reading.settings.endpointing.eot_threshold == 0.4
