"""`python -m choral.interfaces.worker HOME [PARENT]`: be the worker of a home, and end with the parent process."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from choral.core.errors import ChoralError
from choral.interfaces.lifeline import die_with


def main() -> int:
    """Exit code 0 when told to stop, 3 when the home has a worker, 1 when it cannot start."""
    if len(sys.argv) > 2:
        die_with(int(sys.argv[2]))
    logging.basicConfig(level=logging.WARNING, format="worker: %(message)s")
    # Deferred: a child whose parent is gone must not load anything first.
    from choral.interfaces.worker.work import work

    try:
        work(Path(sys.argv[1]).resolve())
    except ChoralError as error:
        sys.stderr.write(f"worker: {error}\n")
        return 3 if error.code == "worker_running" else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
