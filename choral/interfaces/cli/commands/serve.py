"""`run`: serve a shop."""

from __future__ import annotations

import click

from choral.interfaces.cli.command import common, found_home
from choral.interfaces.cli.output import show_json
from choral.interfaces.cli.serving import Part, check_free, serve_shop


@click.command("run")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for every network.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
@click.option(
    "--only", type=click.Choice(["edge", "pages", "worker"]), help="Only this part, where others run the rest."
)
@common
def run_command(host: str, port: int, only: Part | None, home: str | None, as_json: bool) -> None:
    """Serve a shop until it is told to stop: events, pages and API on one port, and the worker beside them."""
    found = found_home(home)
    if only != "worker":
        check_free(host, port)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if as_json:
            show_json({"home": str(found.path), "address": address, "only": only})
        else:
            click.echo(f"“{found.name}” is at {address}  (stop with Ctrl-C)")
    serve_shop(found, host, port, only)
