"""Starting and stopping the HTTP server: granian with one worker process that never outlives its parent."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any, Literal

from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from choral.home import Home
from choral.interfaces.edge.application import Edge
from choral.interfaces.lifeline import die_with

Part = Literal["edge", "pages"]
_STOP_SECONDS = 1  # what an answer in progress gets when the server is told to stop; then it is cut


def serve(
    home: Home, host: str = "127.0.0.1", port: int = 8000, only: Part | None = None, *, edge: type[Edge] = Edge
) -> None:
    """Serve until SIGTERM or SIGINT; to be called from the main thread of a process that has opened no shop.

    `only="edge"` serves the collector alone, `only="pages"` the pages alone; None both on one port. The worker process
    is made anew when it dies. `edge` lets a benchmark put another log behind the same door. Raises OSError when the
    port is taken.
    """
    server = Server(
        "choral",
        host,
        port,
        interface=Interfaces.RSGI,
        workers=1,
        loop=Loops.uvloop,
        backlog=2_048,
        http1_settings=HTTP1Settings(keep_alive=True, pipeline_flush=False),
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
    )
    server.serve(target_loader=partial(_load, edge, str(home.path), only, os.getpid()), wrap_loader=False)


def _load(edge: type[Edge], home: str, only: Part | None, parent: int) -> Any:
    """Runs in the worker process."""
    die_with(parent)
    sys.setswitchinterval(0.001)  # an event must not wait 5 ms for a page that computes
    return edge(home, only)
