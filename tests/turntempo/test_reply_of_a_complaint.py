"""What the reply to a complaint calls a limit: what somebody gave, not what the complaint made of itself."""

import json
import re
from pathlib import Path
from typing import Any

from pipeline.recordings import write
from pipeline.simulation import Profile, simulate


def test_the_reply_speaks_of_an_aim_where_nobody_gave_a_limit(run: Any, tmp_path: Path) -> None:
    calls, agent, case = tmp_path / "calls.jsonl", tmp_path / "agent.json", tmp_path / "case"
    write(calls, simulate(Profile.load("support-call"), 800, seed=4), None)
    agent.write_text(json.dumps({"vadSettings": {"minimumInterruptionDuration": "0.09s"}}))
    run("case", "new", case, "--title", "any breath breaks the agent off", "--users-report", "any breath breaks it off")
    assert run("case", "attach", case, "--recording", calls, "--config", agent).code == 0
    done = run("tune", case, "--budget", "200")
    assert done.code == 0, done.err
    assert run("report", case).code == 0
    letter = (case / "report" / "reply.md").read_text()
    assert re.search(r"False interrupts \d[\d.]*%, where we aim for at most \d", letter)
    assert not re.search(r"[Ff]alse interrupts[^;.]*limit", letter)
    assert "目标" in (case / "report" / "reply.zh.md").read_text()
