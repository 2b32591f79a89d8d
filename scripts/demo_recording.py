"""Writes the recording of `turntempo demo`: `python scripts/demo_recording.py [FILE]`.

It holds simulated turns of a learner with a tutor, as a log under the settings below would show them.
"""

import sys
from pathlib import Path

from pipeline.recordings import write
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import Columns
from stages.settings import Settings

FILE = Path(__file__).parents[1] / "turntempo" / "data" / "tutor.jsonl.gz"

PROFILE, TURNS, SEED = "ai-tutor", 3000, 7

SETTINGS = Settings().replace(
    {
        "endpointing.silence_ms": 2000,
        "endpointing.max_silence_ms": 4000,
        "endpointing.eot_threshold": 0.5,
        "asr.final_timeout_ms": 2000,
        "llm.timeout_ms": 60000,
        "tts.timeout_ms": 20000,
        "playout.prebuffer_ms": 200,
        "barge_in.mode": "append",
    }
)
"""Long waits and no barge-in, as a team sets them after complaints about cut-offs."""


def recording() -> Columns:
    """The turns of the log."""
    return censor(simulate(Profile.load(PROFILE), TURNS, SEED), SETTINGS)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    write(target, recording(), SETTINGS, force=True)
    print(f"wrote {target}: {target.stat().st_size:,} bytes")
