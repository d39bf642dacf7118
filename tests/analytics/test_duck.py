"""What does not fit into an analysis' memory goes where nobody else reads it, and is gone afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SPILLS = """
import os, stat
from choral.analytics import duck
with duck.connect("UTC", memory="60MB") as database:
    duck.run(database, "CREATE TEMP TABLE many AS SELECT range AS n, md5(range::VARCHAR) AS text FROM range(3000000)")
    folder = database.execute("SELECT current_setting('temp_directory')").fetchone()[0]
    print(folder, bool(os.listdir(folder)), oct(stat.S_IMODE(os.stat(folder).st_mode)))
"""


def test_what_spills_is_private_not_in_the_folder_one_works_in_and_gone_at_the_end(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    (tmp_path / "here").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _SPILLS], cwd=tmp_path / "here", env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    folder, spilled, mode = done.stdout.split()
    assert (Path(folder).parent, spilled, mode) == (tmp_path / "temporary", "True", "0o700")
    assert not list((tmp_path / "here").iterdir()) and not list((tmp_path / "temporary").iterdir())
