import json
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.recordings import read, write
from pipeline.recordings.parquet.form import FORMER_SETTINGS_KEY, SETTINGS_KEY
from pipeline.simulation import Profile, simulate
from pipeline.turns.rows import turn_dict
from stages.schema_ids import former_id
from stages.settings import Settings

TURNS = simulate(Profile.load("receptionist"), 20, seed=1)
IN_FORCE = Settings().replace({"vad.silence_ms": 310})


def test_a_recording_of_the_former_name_is_read_with_its_settings(tmp_path: Path) -> None:
    new, old = tmp_path / "new.jsonl", tmp_path / "old.jsonl"
    write(new, TURNS, IN_FORCE)
    rows = [json.loads(line) for line in new.read_text().splitlines()]
    for row in rows:
        row["schema"] = former_id(row["schema"].partition(".")[2].partition("/")[0])
    old.write_text("\n".join(json.dumps(row) for row in rows))
    found = read([str(old)])
    assert found.settings == IN_FORCE
    assert [turn_dict(found.columns, i) for i in range(20)] == [turn_dict(TURNS, i) for i in range(20)]


def test_a_parquet_file_of_the_former_name_is_read_with_its_settings(tmp_path: Path) -> None:
    new, old = tmp_path / "new.parquet", tmp_path / "old.parquet"
    write(new, TURNS, IN_FORCE)
    table = pq.read_table(new)
    metadata = dict(table.schema.metadata or {})
    metadata[FORMER_SETTINGS_KEY] = metadata.pop(SETTINGS_KEY)
    pq.write_table(table.replace_schema_metadata(metadata), old)
    assert read([str(old)]).settings == IN_FORCE
