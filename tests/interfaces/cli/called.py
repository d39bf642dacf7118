"""The command line called the way a shell calls it, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from choral.interfaces.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What a command left: exit code, what it printed, what it complained of."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        return json.loads(self.err.strip().splitlines()[-1])["error"]


def call(*arguments: str, given: bytes = b"") -> Answer:
    """One command in this process (quick)."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(list(arguments))
        raise AssertionError("The command did not leave.")
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.stdin = stdin
    for stream in (out, err):
        stream.flush()
    return Answer(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]


def run(*arguments: str, given: bytes = b"", seconds: int = 60, **environment: str) -> Answer:
    """One command in a process of its own, which hangs after `seconds`."""
    done = subprocess.run(
        [sys.executable, "-m", "choral.interfaces.cli", *arguments],
        input=given, capture_output=True, timeout=seconds, env=os.environ | environment,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that goes on, ended with the block."""
    process = subprocess.Popen([sys.executable, "-m", "choral.interfaces.cli", *arguments], stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
