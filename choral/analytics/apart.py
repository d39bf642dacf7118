"""A reader's SELECT in a process of its own, with limits of the operating system.

DuckDB's memory limit does not count the texts a query makes, and a thread cannot be stopped in every function: a
process can be kept from taking more than its share, and ended. What it may read is what `Tables` lets it read.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading

import duckdb
import pyarrow
import pyarrow.ipc

from choral.analytics import duck
from choral.core.errors import InvalidInput, Unavailable

LARGEST = 32 << 20  # bytes of an answer
_MEMORY = 3 << 30  # address space, of which DuckDB itself takes half a GiB
_AT_ONCE = threading.BoundedSemaphore(2)  # queries in this process: others use the machine too


def run(setup: list[str], query: str, seconds: float, time_zone: str) -> pyarrow.Table:
    """The answer of a query that was checked, after the statements that shut its database off.

    Raises `InvalidInput` (`sql_refused`, `took_too_long`, `answer_too_large`), `Unavailable` (`too_much_memory`,
    `sql_busy`).
    """
    if not _AT_ONCE.acquire(timeout=seconds):
        raise Unavailable("sql_busy", "Two other queries are being run.", fix="Try again in half a minute.", status=503)
    try:
        return _read(*_run(json.dumps([setup, query, time_zone]).encode(), seconds))
    finally:
        _AT_ONCE.release()


def _run(given: bytes, seconds: float) -> tuple[int, bytes, bytes]:
    with subprocess.Popen(
        [sys.executable, "-m", "choral.analytics.apart"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            assert process.stdin and process.stdout and process.stderr  # they are pipes
            process.stdin.write(given)
            process.stdin.close()
            answer = process.stdout.read(LARGEST + 1)
            if len(answer) > LARGEST:
                process.kill()
                raise InvalidInput(
                    "answer_too_large", "The answer is too large to be shown.",
                    f"It is more than {LARGEST >> 20} MiB.", "Add them up, or choose fewer rows and columns.", 422,
                )  # fmt: skip
            said = process.stderr.read(100_000)
        finally:
            timer.cancel()
        code = process.wait()
    if late.is_set():
        raise InvalidInput(
            "took_too_long", f"The query was stopped after {seconds:g} seconds.", "Others use this machine too.",
            "Choose fewer rows, or run it in a notebook.", 422,
        )  # fmt: skip
    return code, answer, said


def _read(code: int, answer: bytes, said: bytes) -> pyarrow.Table:
    if code == 0:
        return pyarrow.ipc.open_stream(answer).read_all()
    if code == _REFUSED:
        raise InvalidInput(
            "sql_refused", "The query cannot be run.", said.decode("utf-8", "replace")[:500],
            "Correct it and try again.", 422,
        )  # fmt: skip
    raise Unavailable(
        "too_much_memory", "The query needs too much memory.", fix="Ask for less at once.", status=503
    )  # a process at its limit ends in many ways


_REFUSED = 3


def main() -> int:
    """Read what to do from the standard input, write the answer as an Arrow stream to the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    setup, query, time_zone = json.load(sys.stdin)
    with duck.connect(time_zone, spill="", memory="768MB") as database:  # a process that is ended leaves no files
        duck.run(database, "SET threads = 2")
        for statement in setup:
            duck.run(database, statement)
        try:
            found = duck.table(database, query)
        except duckdb.OutOfMemoryException:
            return 1
        except (duckdb.Error, RuntimeError) as error:
            sys.stderr.write(str(error)[:2_000])
            return _REFUSED
    with pyarrow.ipc.new_stream(sys.stdout.buffer, found.schema) as stream:
        stream.write_table(found, max_chunksize=10_000)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (MemoryError, BrokenPipeError):
        sys.exit(1)
