"""`cluster`: a scheduler and workers of the analysis engine on this machine."""

from __future__ import annotations

import signal
import threading
from typing import Any

import click

from choral.core.errors import Unsupported
from choral.interfaces.cli.output import show_json
from choral.interfaces.cli.serving import check_free


@click.command("cluster")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes of one core each.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8786, show_default=True)
@click.option("--memory", default="2GiB", show_default=True, help="Of a worker; one that needs more is started anew.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def cluster_command(workers: int, port: int, memory: str, as_json: bool) -> None:
    """Start a Dask scheduler and its workers on this machine, reachable from this machine only, until told to stop.

    Shops that are served with CHORAL_ENGINE_URL set to its address compute their figures on it.
    """
    check_free("127.0.0.1", port)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _started(workers, port, memory) as running:
        address = str(running.scheduler_address)
        if as_json:
            show_json({"address": address, "workers": workers})
        else:
            click.echo(f"{workers} workers wait for work at {address}  (stop with Ctrl-C)")
            click.echo(f"Use them: CHORAL_ENGINE_URL={address} choral run")
        stop.wait()


def _started(workers: int, port: int, memory: str) -> Any:
    try:
        from distributed import LocalCluster  # deferred: 1 s and an optional extra
    except ImportError as error:
        raise Unsupported(
            "cluster_missing", "The engine for many machines is not installed.", "It is an option.",
            "Install it with: pip install 'choral[cluster]'",
        ) from error  # fmt: skip
    start: Any = LocalCluster  # the package has no types
    return start(
        host="127.0.0.1", scheduler_port=port, n_workers=workers, threads_per_worker=1, processes=True,
        dashboard_address=None, memory_limit=memory, silence_logs=40,
    )  # fmt: skip
