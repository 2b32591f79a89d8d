"""xiaozhi-esp32-server's YAML."""

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.readings import Reading

XIAOZHI = target("xiaozhi")
CONFIG = """\
# 我们的配置
selected_module:
  VAD: SileroVAD
tts_timeout: 10 # 秒
VAD:
  SileroVAD:
    type: silero
    threshold: 0.5
    min_silence_duration_ms: 200  # 如果说话停顿比较长，可以把这个值设置大一些
LLM:
  ChatGLMLLM: {api_key: mine}
"""


def read(text: str) -> Reading:
    return XIAOZHI.read(text, ".config.yaml")


def test_the_vads_silence_ends_the_turn() -> None:
    ours = read(CONFIG).settings
    assert (ours.vad.silence_ms, ours.endpointing.silence_ms, ours.endpointing.eot_threshold) == (200, 200, None)
    assert (ours.barge_in.min_speech_ms, ours.barge_in.on_words, ours.tts.timeout_ms) == (96, "off", 10_000)


def test_one_value_and_its_comment_stay_in_place() -> None:
    after = XIAOZHI.deployable_space().coupled(read(CONFIG).settings.replace({"endpointing.silence_ms": 480}))
    found = changed_file(XIAOZHI, after, CONFIG, ".config.yaml")
    assert found.text == CONFIG.replace("duration_ms: 200", "duration_ms: 480")
    assert after.vad.silence_ms == 480


def test_what_the_server_has_no_setting_for_is_kept_apart() -> None:
    writing = XIAOZHI.write(Settings().replace({"llm.timeout_ms": 3000, "filler.after_ms": 800}))
    assert {one.name for one in writing.elsewhere} >= {"llm.timeout_ms", "filler.after_ms"}


def test_another_vad_and_unknown_keys_are_reported() -> None:
    reading = read("selected_module: {VAD: TenVAD}\nVAD: {SileroVAD: {min_silence_ms: 300}}\n")
    assert any("TenVAD" in doubt for doubt in reading.doubts)
    assert any("min_silence_ms" in one and "did you mean" in one for one in reading.unknown)


def test_windows_that_not_every_version_counts_are_reported() -> None:
    reading = read("VAD: {SileroVAD: {frame_window_threshold: 5}}\n")
    assert reading.settings.barge_in.min_speech_ms == 160
    assert any("frame_window_threshold" in doubt for doubt in reading.doubts)
    assert not read("VAD: {SileroVAD: {frame_window_threshold: 3}}\n").doubts
