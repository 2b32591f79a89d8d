"""Settings where customers have them: in TypeScript, JavaScript and Python, in curl commands, in logs and tickets."""

import json

import pytest

from stages.errors import SettingsError
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.recognition import recognised

AGORA = """{
  name: `room-${id}`,
  properties: {
    channel,
    turn_detection: {
      mode: 'default',
      config: { end_of_speech: { mode: 'vad', vad_config: { silence_duration_ms: 480 } } }, // kept
    },
  },
}"""
BODY = {"type": "session.update", "session": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 480}}}
PLAN = {"startSpeakingPlan": {"transcriptionEndpointingPlan": {"onPunctuationSeconds": 0.48}}}
SESSION = {"session": {"audio": {"input": {"turn_detection": BODY["session"]["turn_detection"]}}}}  # type: ignore[index]
IN_PROGRAMS = [
    ("agora", "body.ts", f"const body = {AGORA};\nawait axios.post(url, body);\n"),
    ("agora", "join.js", f"await fetch(url, {{ method: 'POST', body: JSON.stringify({AGORA}) }});\n"),
    ("agora", "join.tsx", f"const App = () => <b>hi</b>;\nexport const join = () => client.join({AGORA});\n"),
    ("vapi", "make.ts", "vapi.assistants.create({ name, startSpeakingPlan: plan } as any);\n"),
    ("openai-realtime", "ws.mjs", f"ws.send(JSON.stringify({json.dumps(SESSION)}));\n"),
    ("vapi", "call.py", f"import requests\nrequests.post(URL, headers=H, json={PLAN!r})\n"),
    ("openai-realtime", "ws.py", f"await ws.send(json.dumps({SESSION!r}))\n"),
    ("tencent", "start.py", "body = {'CONFIG': {'STTConfig': {'VadSilenceTime': 480}}}\n"),
    ("tencent", "start.js", "const p = { STTConfig: { VadSilenceTime: 480 } };\nclient.StartAIConversation(p);\n"),
]
TS_PLAN = "const plan = { transcriptionEndpointingPlan: { onPunctuationSeconds: 0.48 } };\n"


@pytest.mark.parametrize(("vendor", "name", "text"), IN_PROGRAMS, ids=[name for _, name, _ in IN_PROGRAMS])
def test_a_literal_in_a_program_is_recognised_read_and_changed_in_place(vendor: str, name: str, text: str) -> None:
    text = (TS_PLAN if name == "make.ts" else "") + text
    assert recognised(text, name).name == vendor
    reading = target(vendor).read(text, name)
    assert reading.settings.endpointing.silence_ms == 480
    both = {"endpointing.silence_ms": 640, "vad.silence_ms": 640 if vendor == "openai-realtime" else 200}
    after = changed_file(target(vendor), reading.settings.replace(both), text, name)
    assert after.text == text.replace("0.48", "0.64").replace("480", "640")


def test_a_value_that_code_sets_is_not_known_and_named_with_its_line() -> None:
    text = f"const ms = Number(process.env.MS);\nconst body = {AGORA.replace('480', 'ms')};\n"
    reading = target("agora").read(text, "body.ts")
    assert reading.origins["endpointing.silence_ms"] == "code"
    assert any(
        "body.ts:1: properties.turn_detection" in one and "`Number(process.env.MS)`" in one for one in reading.doubts
    )


def test_two_objects_with_settings_in_a_program_are_asked_about() -> None:
    with pytest.raises(SettingsError, match="one and two both hold settings: which is meant"):
        target("agora").read(f"const one = {AGORA};\nconst two = {AGORA};\n", "two.ts")


JSON = json.dumps(PLAN)
IN_TEXT = [
    ("curl.sh", f"curl https://api.vapi.ai/assistant -H \"Authorization: Bearer $KEY\" -d '{JSON}'\n"),
    ("curl.txt", 'Hi,\nwe call\ncurl https://api.vapi.ai/x --data-raw "' + JSON.replace('"', '\\"') + '"\n'),
    ("here.sh", f"#!/bin/bash\nmake() {{\ncurl -d @- https://x <<EOF\n{JSON}\nEOF\n}}\n"),
    ("splice.sh", 'curl https://x -d \'{"name": "\'"$NAME"\'", ' + JSON[1:] + "'\n"),
    ("agent.log", f"12:00:01 INFO sent {PLAN!r} and it's slow\n"),
    ("main.go", f"const body = `{JSON}`\n"),
]


@pytest.mark.parametrize(("name", "text"), IN_TEXT, ids=[name for name, _ in IN_TEXT])
def test_an_object_in_a_command_or_a_log_is_recognised_and_read(name: str, text: str) -> None:
    assert recognised(text, name).name == "vapi"
    assert target("vapi").read(text, name).settings.endpointing.silence_ms == 480


def test_an_export_into_a_command_says_what_to_do_instead() -> None:
    name, text = IN_TEXT[0]
    after = target("vapi").read(text, name).settings.replace({"endpointing.silence_ms": 640})
    with pytest.raises(SettingsError, match=r"curl\.sh: .* copy the object, .* into a JSON file of its own"):
        changed_file(target("vapi"), after, text, name)


def test_a_variable_of_the_shell_is_not_known_and_named() -> None:
    text = "curl https://api.vapi.ai/x \\\n  -d '" + JSON.replace("0.48", "'$WAIT'") + "'\n"
    reading = target("vapi").read(text, "curl.sh")
    assert reading.origins["endpointing.silence_ms"] == "code"
    assert any("curl.sh:2: " in one and "`$WAIT`" in one for one in reading.doubts)


def test_a_broken_json_file_is_mended_not_read_in_part() -> None:
    with pytest.raises(SettingsError, match=r"a\.json:1:\d+: is not JSON"):
        target("vapi").read(f'{{"other": x, "assistant": {JSON}', "a.json")


OPTIONS = {
    "turn_detection": "vad",
    "endpointing": {"mode": "fixed", "min_delay": 0.6, "max_delay": 3.0},
    "interruption": {"enabled": True, "min_duration": 0.7},
}
FLAT = {"allow_interruptions": True, "min_endpointing_delay": 0.6, "min_interruption_duration": 0.7}
LIVEKIT = [
    ("x.py", f"x = {OPTIONS!r}\n"),
    ("named.py", f"turn_handling = {OPTIONS!r}\n"),
    ("held.py", f"SETTINGS = {{'turn_handling': {OPTIONS!r}}}\n"),
    ("options.json", json.dumps(OPTIONS)),
    ("held.json", json.dumps({"turn_handling": OPTIONS})),
    ("flat.json", json.dumps(FLAT)),
    ("repr.txt", repr(FLAT)),
    ("agent.log", f"2025-01-02 12:00 INFO session started, options {FLAT | {'max_tool_steps': 3}!r}\n"),
    ("print.log", "12:00 opts=AgentSessionOptions(allow_interruptions=True, min_endpointing_delay=0.6,"
     " min_interruption_duration=0.7, userdata=<object object at 0x7f>) it's slow\n"),
    ("call.py", "opts = TurnHandlingOptions(endpointing=EndpointingOptions(min_delay=0.6),"
     " interruption=InterruptionOptions(min_duration=0.7))\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), LIVEKIT, ids=[name for name, _ in LIVEKIT])
def test_livekits_options_alone_are_recognised_and_read(name: str, text: str) -> None:
    assert recognised(text, name).name == "livekit"
    found = target("livekit").read(text, name).settings
    assert (found.endpointing.silence_ms, found.barge_in.min_speech_ms) == (600, 716)


@pytest.mark.parametrize(("name", "text"), LIVEKIT[:6], ids=[name for name, _ in LIVEKIT[:6]])
def test_livekits_options_alone_are_changed_where_they_stand(name: str, text: str) -> None:
    livekit = target("livekit")
    reading = livekit.read(text, name)
    found = changed_file(livekit, reading.settings.replace({"barge_in.min_speech_ms": 916}), text, name)
    assert found.text == text.replace("0.7", "0.9")


def test_a_setting_outside_of_the_options_alone_is_named_and_not_written_among_them() -> None:
    text = json.dumps(OPTIONS)
    livekit = target("livekit")
    after = livekit.read(text, "o.json").settings.replace({"vad.silence_ms": 400})
    found = changed_file(livekit, after, text, "o.json")
    assert found.text == text
    assert found.left_alone == (
        "o.json: holds only what stands at AgentSession.turn_handling; these settings need "
        "VAD.min_silence_duration = 0.4 where the rest is",
    )


def test_the_print_of_a_detector_is_read_as_that_detector() -> None:
    detector = "<livekit.plugins.turn_detector.multilingual.MultilingualModel object at 0x7f31>"
    reading = target("livekit").read(f"{{'turn_detection': {detector}, 'endpointing': {{'min_delay': 0.6}}}}", "o.txt")
    assert reading.settings.endpointing.score_from == "final"
    assert reading.origins["endpointing.score_from"] == "stated"


def test_unknown_keys_beside_livekits_options_are_listed() -> None:
    reading = target("livekit").read(json.dumps({**OPTIONS, "eot_threshold": 0.5}), "o.json")
    assert [one.partition(" ")[0] for one in reading.unknown] == ["eot_threshold"]


NODE = "{ turnDetection: 'vad', endpointing: { minDelay: 600, maxDelay: 3000 }, interruption: { minDuration: 700 } }"


@pytest.mark.parametrize("text", [f"export const turnHandling = {NODE};\n", f"const o = {{ turnHandling: {NODE} }};\n"])
def test_livekits_options_for_node_alone_are_read_and_changed(text: str) -> None:
    assert recognised(text, "options.ts").name == "livekit-node"
    node = target("livekit-node")
    reading = node.read(text, "options.ts")
    assert (reading.settings.endpointing.silence_ms, reading.unknown) == (600, ())
    after = changed_file(node, reading.settings.replace({"endpointing.silence_ms": 900}), text, "options.ts")
    assert after.text == text.replace("600", "900")


def test_of_two_objects_in_a_text_the_lines_are_named() -> None:
    with pytest.raises(SettingsError, match="object of line 2 and object of line 4 both hold settings"):
        target("vapi").read(f"This is fast:\n{JSON}\nthis is slow:\n{JSON.replace('0.48', '0.9')}\n", "plans.md")


def test_a_program_without_an_object_that_can_be_read_is_refused_with_the_way_on() -> None:
    text = "$payload = ['startSpeakingPlan' => ['waitSeconds' => 0.4]];\n"
    with pytest.raises(SettingsError, match=r"send\.php: .* write what it sends as JSON into a file"):
        target("vapi").read(text, "send.php")


def test_the_options_of_a_session_report_are_read_from_there() -> None:
    report = {"job_id": "j", "room_id": "r", "options": FLAT, "events": []}
    assert recognised(json.dumps(report), "report.json").name == "livekit"
    reading = target("livekit").read(json.dumps(report), "report.json")
    assert reading.settings.endpointing.silence_ms == 600
    assert "report.json: the settings are read from `options`" in reading.doubts
