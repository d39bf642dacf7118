"""`backup`, `restore`, `rebuild`: copies of a shop, and its views concluded again."""

from __future__ import annotations

from pathlib import Path

import click

from choral import pulse
from choral.core.errors import Conflict
from choral.home import Home
from choral.interfaces.cli.command import common, found_home, opened
from choral.interfaces.cli.output import show_json


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@common
def backup_command(folder: Path, home: str | None, as_json: bool) -> None:
    """Copy a shop, as it is at this moment, into the new FOLDER; it may run meanwhile.

    The copy holds everything, the secret key too: keep it as safe as the shop.
    """
    from choral.interfaces.cli.copies import back_up

    copy = back_up(found_home(home), folder)
    if as_json:
        show_json(copy)
    else:
        click.echo(f"Copied {copy.events:,} events, {copy.bytes / 1e6:,.1f} MB, to {copy.folder}.")


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("place")
@click.option(
    "--erasures",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="An erasures.jsonl (or a home) that knows who was erased since; may be given again.",
)
@common
def restore_command(folder: Path, place: str, erasures: tuple[Path, ...], home: str | None, as_json: bool) -> None:
    """Make a new shop at PLACE (a name or a folder) from the backup in FOLDER, after checking it.

    Customers who were erased since the backup was taken are erased from the new shop before it can be opened.
    """
    from choral.interfaces.cli.copies import restore

    copy = restore(folder, Home.locate(place), erasures)
    if as_json:
        show_json(copy)
    else:
        click.echo(f"Restored {copy.events:,} events to {copy.folder}. Serve it: choral run --home {place}")
        if copy.erased:
            click.echo(f"Erased again: {copy.erased:,} customers who were erased since.")


@click.command("rebuild")
@common
def rebuild_command(home: str | None, as_json: bool) -> None:
    """Throw identity, profiles and time line away and conclude them again from the log. Stop the worker first."""
    place = found_home(home).path
    try:
        with pulse.only_worker(place), opened(home) as shop:
            from choral.customers.consumer import rebuild

            done = rebuild(shop.home, shop.log)
            known = shop.customers.count()
    except Conflict as error:
        error.fix = "Stop it (Ctrl-C in its terminal), rebuild, then start it again: choral run"
        raise
    if as_json:
        show_json({"events": done, "customers": known})
    else:
        click.echo(f"Read {done:,} events again: {known:,} known customers. The worker follows with the figures.")
