"""LiveKit's session options, in Python (nested and flat) and for Node.js."""

import json
from pathlib import Path

import pytest

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.readings import Reading
from tuner.targets.vendors.livekit.parts import FRAME_MS, STREAM_THRESHOLD, TEXT_THRESHOLD

LIVEKIT, NODE = target("livekit"), target("livekit-node")
FLAT = LIVEKIT.older[0]


def read(handling: str = "", session: str = "") -> Reading:
    return LIVEKIT.read(f"AgentSession(turn_handling={{{handling}}}, {session})", "agent.py")


def test_a_vad_session_is_read_as_section_9_has_it() -> None:
    """Timing model, section 9; the figures of the run livekit-vad."""
    settings = read(
        '"turn_detection": "vad", "endpointing": {"min_delay": 0.35, "max_delay": 3.0}, '
        '"interruption": {"min_duration": 0.4}, "preemptive_generation": {"enabled": False}',
        "aec_warmup_duration=None, vad=inference.VAD(min_silence_duration=0.25), "
        "conn_options=SessionConnectOptions(llm_conn_options=APIConnectOptions(timeout=1.0, max_retry=2))",
    ).settings
    assert settings == Settings().replace(
        {
            "vad.silence_ms": 250,
            "endpointing.silence_ms": 350,
            "endpointing.max_silence_ms": 3000,
            "endpointing.onset_ms": 50,
            "eager.after_premature": False,
            "eager.max_speech_ms": 10_000,
            "asr.final_timeout_ms": 0,
            "asr.empty_timeout_ms": None,
            "asr.late_final_ms": 350,
            "llm.timeout_ms": 1000,
            "llm.attempts": 3,
            "llm.retry_gap_ms": 100,
            "tts.timeout_ms": 10_000,
            "tts.attempts": 4,
            "tts.retry_gap_ms": 100,
            "tts.lookahead_tokens": 2,
            "playout.prebuffer_ms": 7,
            "barge_in.withdraw_ms": 50,
            "barge_in.on_words": "final",
            "barge_in.min_speech_ms": 400 + FRAME_MS,
            "barge_in.hangover": True,
            "barge_in.resume_ms": 2000,
        }
    )


@pytest.mark.parametrize(
    ("detection", "expected"),
    [
        ("", (300, 2500, STREAM_THRESHOLD, "stream", "speech")),
        ('"turn_detection": inference.TurnDetector()', (300, 2500, STREAM_THRESHOLD, "stream", "speech")),
        ('"turn_detection": inference.TurnDetector(unlikely_threshold=0.2)', (300, 2500, 0.2, "stream", "speech")),
        ('"turn_detection": MultilingualModel()', (500, 3000, TEXT_THRESHOLD, "final", "speech")),
        ('"turn_detection": EnglishModel(unlikely_threshold=0.1)', (500, 3000, 0.1, "final", "speech")),
        ('"turn_detection": "vad"', (500, 3000, None, "vad", "speech")),
        ('"turn_detection": None', (500, 3000, None, "vad", "speech")),
        ('"turn_detection": "stt"', (500, 3000, None, "vad", "final")),
    ],
)
def test_the_detector_says_what_is_waited_for_and_how_long(detection: str, expected: tuple[object, ...]) -> None:
    ours = read(detection).settings.endpointing
    assert (ours.silence_ms, ours.max_silence_ms, ours.eot_threshold, ours.score_from, ours.counts_from) == expected


def test_without_resuming_voice_that_would_interrupt_withdraws_a_reply() -> None:
    ours = read('"interruption": {"resume_false_interruption": False, "min_duration": 0.6}').settings
    assert (ours.barge_in.withdraw_ms, ours.barge_in.resume_ms, ours.eager.after_premature) == (600, None, True)
    assert read('"interruption": {"false_interruption_timeout": None}').settings.barge_in.resume_ms is None
    assert read().settings.barge_in.withdraw_ms == 50


def test_early_starts_are_off_in_the_mode_stt_and_without_tries() -> None:
    assert read('"turn_detection": "vad"').settings.eager.on == "final"
    assert read('"turn_detection": "stt"').settings.eager.on == "off"
    assert read('"preemptive_generation": {"max_retries": 0}').settings.eager.on == "off"


@pytest.mark.parametrize(("theirs", "ours"), [("", 10_000), ("4.5", 4500), ("3600", None)])
def test_preemptive_generation_ends_with_long_speech(theirs: str, ours: float | None) -> None:
    stated = theirs and f'"preemptive_generation": {{"max_speech_duration": {theirs}}}'
    assert read(stated).settings.eager.max_speech_ms == ours


def test_without_a_bound_the_length_of_speech_is_written_as_an_hour() -> None:
    settings = read().settings.replace({"eager.max_speech_ms": None})
    values = LIVEKIT.write(settings).values
    assert values["AgentSession.turn_handling.preemptive_generation.max_speech_duration"] == 3600
    assert LIVEKIT.takes(settings)


def test_the_silero_plugin_waits_longer_than_the_bundled_vad() -> None:
    assert read(session="vad=silero.VAD.load()").settings.vad.silence_ms == 550
    assert read(session="vad=inference.VAD()").settings.vad.silence_ms == 250
    assert (
        LIVEKIT.read("def prewarm(p):\n    p.userdata['vad'] = silero.VAD.load(min_silence_duration=0.4)\n", "a").ours[
            "vad.silence_ms"
        ]
        == 400
    )


def test_one_of_theirs_makes_several_of_ours() -> None:
    coupled = LIVEKIT.deployable_space().coupled(
        read().settings.replace({"endpointing.silence_ms": 700, "barge_in.resume_ms": None})
    )
    assert (coupled.asr.late_final_ms, coupled.eager.after_premature) == (700, True)
    assert coupled.barge_in.withdraw_ms == coupled.barge_in.min_speech_ms - FRAME_MS
    stt = read('"turn_detection": "stt"').settings.replace({"eager.on": "final"})
    assert LIVEKIT.deployable_space().coupled(stt).eager.on == "off"


def test_a_vad_that_holds_up_the_wait_may_be_moved_but_not_below_livekits_own() -> None:
    plugin = read('"turn_detection": "vad"', "vad=silero.VAD.load()").settings
    assert (plugin.vad.silence_ms, plugin.endpointing.silence_ms) == (550, 500)
    assert LIVEKIT.deployable_space().coupled(plugin) == plugin
    assert "vad.silence_ms" in LIVEKIT.free
    assert LIVEKIT.values["vad.silence_ms"][0] == read(session="vad=inference.VAD()").settings.vad.silence_ms


@pytest.mark.parametrize(
    ("handling", "session", "says"),
    [
        ('"turn_detection": "manual"', "", "manual"),
        ('"turn_detection": None', "", "read as vad"),
        ("", "vad=None", "has no VAD"),
        ('"turn_detection": "realtime_llm"', "", "realtime_llm"),
        ('"turn_detection": "stt"', "", "end times"),
        ("", "", "read as 0.36"),
        ('"turn_detection": MultilingualModel()', "", "read as 0.5"),
        ('"endpointing": {"mode": "dynamic"}', "", "dynamic"),
        ('"interruption": {"mode": "adaptive"}', "", "adaptive"),
        ('"interruption": {"enabled": False, "discard_audio_if_uninterruptible": False}', "", "discard"),
        ('"user_turn_limit": {"max_words": 50}', "", "user_turn_limit"),
        ("", "**options()", "options()"),
        ('"interruption": {"false_interruption_timeout": 9}', "", "barge_in.resume_ms would be 9000: read as 5000"),
    ],
)
def test_what_hardly_says_what_we_model_is_reported(handling: str, session: str, says: str) -> None:
    assert any(says in doubt for doubt in read(handling, session).doubts)


def test_a_typo_that_livekit_would_swallow_is_listed() -> None:
    unknown = read('"endpointing": {"min_dely": 0.3}, "interuption": {}').unknown
    assert any("min_dely" in one and "did you mean" in one for one in unknown)
    assert any("interuption" in one for one in unknown)


@pytest.mark.parametrize(
    ("handling", "says"),
    [
        ('"endpointing": {"min_delay": "0.3"}', r"min_delay: must be a number"),
        ('"turn_detection": "VAD"', r"turn_detection: must be one of"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(handling: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read(handling)


AGENT = '''\
"""Our agent."""
from livekit.agents import AgentSession
from livekit.plugins import silero

LEAST = 0.5  # seconds, agreed with support

async def entrypoint(ctx):
    session = AgentSession(
        stt="deepgram/nova-3",
        vad=silero.VAD.load(min_silence_duration=0.25),
        turn_handling={
            "turn_detection": "vad",
            "endpointing": {"min_delay": LEAST},  # was 0.8
        },
    )
'''


def test_a_customers_agent_is_changed_in_as_few_places_as_can_be() -> None:
    reading = LIVEKIT.read(AGENT, "agent.py")
    after = LIVEKIT.deployable_space().coupled(
        reading.settings.replace({"endpointing.silence_ms": 360, "barge_in.min_speech_ms": 316, "eager.tts": True})
    )
    found = changed_file(LIVEKIT, after, AGENT, "agent.py")
    added = (
        '            "interruption": {"min_duration": 0.3},\n'
        '            "preemptive_generation": {"preemptive_tts": True},\n'
    )
    assert found.text == AGENT.replace("LEAST = 0.5", "LEAST = 0.36").replace("# was 0.8\n", f"# was 0.8\n{added}")
    assert found.writing.inexact == {}
    assert LIVEKIT.read(found.text, "agent.py").settings == after


def test_a_new_file_holds_what_livekit_can_and_says_what_it_cannot() -> None:
    settings = read('"turn_detection": "vad"').settings.replace(
        {"llm.fallback": True, "filler.after_ms": 900, "llm.hedge": True}
    )
    found = new_file(LIVEKIT, settings)
    assert found.text.startswith("# Give AgentSession")
    assert {one.name for one in found.writing.elsewhere} == {"llm.fallback", "filler.after_ms"}
    assert {one.name for one in found.writing.inexpressible} == {"llm.hedge"}


def test_the_older_flat_arguments_are_read_and_kept() -> None:
    code = "AgentSession(min_endpointing_delay=0.6, allow_interruptions=False, preemptive_generation=True)\n"
    reading = LIVEKIT.read(code, "agent.py")
    assert reading.target == "livekit-flat"
    assert (reading.settings.endpointing.silence_ms, reading.settings.barge_in.mode) == (600, "ignore")
    after = FLAT.deployable_space().coupled(reading.settings.replace({"endpointing.silence_ms": 450}))
    assert changed_file(LIVEKIT, after, code, "agent.py").text == code.replace("0.6", "0.45")
    model = LIVEKIT.read("AgentSession(turn_detection=MultilingualModel(), min_endpointing_delay=0.6)", "agent.py")
    assert (model.target, model.settings.endpointing.eot_threshold) == ("livekit-flat", 0.5)
    both = LIVEKIT.read("AgentSession(min_endpointing_delay=0.6, turn_handling={})", "agent.py")
    assert any("ignores the older arguments" in doubt for doubt in both.doubts)


def node(**options: object) -> Reading:
    return NODE.read(json.dumps(options), "session.json")


def test_node_counts_in_milliseconds() -> None:
    ours = node(
        turnHandling={"endpointing": {"minDelay": 400}, "interruption": {"minDuration": 300}},
        connOptions={"llmConnOptions": {"timeoutMs": 2000, "maxRetry": 1}},
    ).settings
    assert (ours.endpointing.silence_ms, ours.endpointing.max_silence_ms) == (400, 2500)
    assert (ours.barge_in.min_speech_ms, ours.llm.timeout_ms, ours.llm.attempts) == (316, 2000, 2)
    assert ours.vad.silence_ms == 550


SCRIPT = """\
import { voice } from '@livekit/agents';

export default defineAgent({
  prewarm: async (proc: JobProcess) => {
    proc.userData.vad = await silero.VAD.load();
  },
  entry: async (ctx: JobContext) => {
    const session = new voice.AgentSession({
      stt: 'assemblyai/universal-streaming:en',
      vad: ctx.proc.userData.vad! as silero.VAD,
      turnHandling: {
        turnDetection: 'vad',
        endpointing: { minDelay: 800, maxDelay: Number(process.env.MAX_DELAY) }, // was 500
      },
    });
  },
});
"""


def test_the_file_with_the_session_is_read_and_what_code_sets_is_named() -> None:
    reading = NODE.read(SCRIPT, "agent.ts")
    assert reading.settings.endpointing.silence_ms == 800
    assert reading.origins["endpointing.silence_ms"] == "stated"
    assert reading.origins["endpointing.max_silence_ms"] == "code"
    assert reading.code_doubts == (
        "agent.ts:13: turnHandling.endpointing.maxDelay is set by code, `Number(process.env.MAX_DELAY)`: not known, "
        "the vendor's default is taken; write the value there to have it read",
    )


def test_the_file_with_the_session_is_changed_where_its_values_stand() -> None:
    wanted = NODE.read(SCRIPT, "agent.ts").settings.replace({"endpointing.silence_ms": 350, "vad.silence_ms": 300})
    found = changed_file(NODE, NODE.deployable_space().coupled(wanted), SCRIPT, "agent.ts")
    assert found.text == SCRIPT.replace("800", "350").replace("load()", "load({ minSilenceDuration: 300 })")
    assert [one.partition(":")[2][:2] for one in found.left_alone] == ["13"]


def test_a_vad_that_is_made_in_another_file_is_unknown() -> None:
    reading = NODE.read(SCRIPT.replace("silero.VAD.load()", "load()"), "agent.ts")
    assert reading.origins["vad.silence_ms"] == "code"
    unknown = "agent.ts:10: vad.minSilenceDuration, vad.minSpeechDuration are set by code"
    assert any(unknown in one for one in reading.doubts)


def test_options_from_elsewhere_make_all_settings_unknown() -> None:
    reading = NODE.read("const s = new voice.AgentSession(options);", "agent.ts")
    assert reading.ours == {}
    assert any("`options`" in one for one in reading.doubts)


def test_the_object_alone_may_have_comments_and_commas_at_the_end() -> None:
    text = '{\n  // patient\n  "turnHandling": {"turnDetection": "vad", "endpointing": {"minDelay": 900,},},\n}\n'
    assert NODE.read(text, "session.json").settings.endpointing.silence_ms == 900


def test_what_is_neither_json_nor_typescript_is_refused_with_the_way_on() -> None:
    with pytest.raises(SettingsError, match=r"agent\.ts:1: is neither JavaScript nor TypeScript"):
        NODE.read("const session = new voice.AgentSession({", "agent.ts")
    with pytest.raises(SettingsError, match=r"session\.json:1:2: is not JSON.*\ngive the \.ts or \.js file"):
        NODE.read("{turnHandling: }", "session.json")


def test_seconds_in_a_node_file_are_doubted() -> None:
    assert any("were seconds meant" in doubt for doubt in node(turnHandling={"endpointing": {"minDelay": 0.5}}).doubts)


def test_node_has_livekits_detector_where_none_is_named() -> None:
    ours = node(turnHandling={"interruption": {"enabled": True}}).settings.endpointing
    assert (ours.silence_ms, ours.max_silence_ms, ours.eot_threshold) == (300, 2500, STREAM_THRESHOLD)
    assert ours.score_from == "stream"
    without = node(turnHandling={"turnDetection": None}).settings.endpointing
    assert (without.silence_ms, without.max_silence_ms, without.eot_threshold) == (500, 3000, None)


def test_a_score_that_is_asked_leaves_the_detection_of_node_out() -> None:
    asked = Settings().replace({"endpointing.eot_threshold": STREAM_THRESHOLD, "endpointing.score_from": "stream"})
    assert NODE.write(asked).values["turnHandling.turnDetection"] is None
    assert NODE.write(Settings()).values["turnHandling.turnDetection"] == "vad"


VOICE_OPTIONS = {"minEndpointingDelay": 700, "minInterruptionWords": 2, "allowInterruptions": False}


def test_voice_options_of_node_are_read_as_what_they_are_now() -> None:
    reading = node(voiceOptions=VOICE_OPTIONS, turnDetection="vad")
    ours = reading.settings
    assert (ours.endpointing.silence_ms, ours.barge_in.min_words, ours.barge_in.mode) == (700, 2, "ignore")
    assert ours.endpointing.eot_threshold is None
    assert reading.unknown == ()


def test_present_names_of_node_go_before_voice_options() -> None:
    reading = node(voiceOptions=VOICE_OPTIONS, turnHandling={"endpointing": {"minDelay": 900}})
    assert reading.settings.endpointing.silence_ms == 900
    no_effect = "`voiceOptions.minEndpointingDelay`: no effect: turnHandling.endpointing.minDelay is there too"
    assert no_effect in reading.doubts


def test_an_export_leaves_no_older_name_of_node_in_force_beside_the_present() -> None:
    text = json.dumps({"voiceOptions": VOICE_OPTIONS, "turnDetection": "vad"})
    after = NODE.read(text, "s.json").settings.replace({"endpointing.silence_ms": 450})
    found = json.loads(changed_file(NODE, after, text, "s.json").text)
    assert found["turnHandling"]["endpointing"] == {"minDelay": 450}
    assert found["voiceOptions"] == {"minInterruptionWords": 2, "allowInterruptions": False}


def test_seconds_in_any_older_name_of_node_are_asked_about(shared: Path) -> None:
    for name in ("session.json", "agent.ts", "flat_seconds.json", "turnhandling_seconds.json"):
        reading = NODE.read((shared / "data/cases/ajs-voiceoptions" / name).read_text(), name)
        now = () if name == "turnhandling_seconds.json" else ("turnHandling",)
        stated = {path: value for path, value in reading.stated.items() if not path.startswith(now)}
        times = [path for path, value in stated.items() if isinstance(value, float) and value < 10]
        assert len(times) >= 2
        for path in times:
            assert [one for one in reading.doubts if one.startswith(f"{path} is") and "were seconds meant" in one]


def test_flat_names_at_the_top_of_a_node_session_are_said_to_be_ignored_there(shared: Path) -> None:
    name = "flat_seconds.json"
    reading = NODE.read((shared / "data/cases/ajs-voiceoptions" / name).read_text(), name)
    assert (reading.settings.endpointing.silence_ms, reading.settings.endpointing.max_silence_ms) == (0.8, 3)
    said = [one for one in reading.doubts if "ignores it at the top of AgentSession" in one]
    assert len(said) == 4


def test_the_oldest_name_of_a_timeout_is_reported() -> None:
    reading = LIVEKIT.read("AgentSession(agent_false_interruption_timeout=1.0)", "agent.py")
    assert reading.target == "livekit-flat"
    assert any("agent_false_interruption_timeout" in doubt for doubt in reading.doubts)


@pytest.mark.parametrize(
    ("file", "text", "form"),
    [
        ("o.py", 'OPTIONS = {"min_endpointing_delay": 0.8}\n', "livekit-flat"),
        ("o.json", '{"min_endpointing_delay": 0.8}\n', "livekit-flat"),
        ("o.py", "options = dict(preemptive_generation=True, min_endpointing_delay=0.8)\n", "livekit-flat"),
        (
            "o.py",
            'options = dict(preemptive_generation={"enabled": True}, min_endpointing_delay=0.8)\n',
            "livekit-flat-options",
        ),
        (
            "o.py",
            'OPTIONS = {"preemptive_generation": {"enabled": True}, "endpointing": {"min_delay": 0.8}}\n',
            "livekit",
        ),
        ("o.json", '{"endpointing": {"min_delay": 0.8}}\n', "livekit"),
    ],
)
def test_options_without_their_session_keep_the_form_that_states_them(file: str, text: str, form: str) -> None:
    before = LIVEKIT.read(text, file)
    moved = {"endpointing.silence_ms": 500, "eager.max_starts": 5, "barge_in.min_words": 2}
    after = changed_file(LIVEKIT, before.settings.replace(moved), text, file).text
    reading = LIVEKIT.read(after, file)
    assert (before.target, reading.target) == (form, form)
    assert (reading.settings.endpointing.silence_ms, reading.settings.barge_in.min_words) == (500, 2)
    assert "AgentSession" not in after
    assert ("turn_handling" in after, "min_endpointing_delay" in after) == (False, form != "livekit")
