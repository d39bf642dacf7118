"""`send`, `sources`, `rejected`: events in, and the refused ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import click

from choral.core.errors import InvalidInput, NotFound
from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import moment, progress, show_json, show_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from choral.events.store import RejectedRow, Source
    from choral.shop import Shop

_SHOWN = 20


@click.command("send")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--source", help="Id or name of the source [one of its own, “Command line”].")
@common
def send_command(file: BinaryIO, source: str | None, home: str | None, as_json: bool) -> None:
    """Send events, one JSON object a line, from FILE or standard input.

    A line holds `name` and `ids`, and may hold id, at, channel, properties, context. Lines without an id get one, and
    then count again when they are sent again. Leaves with 4 when some were refused.
    """
    with opened(home) as shop, progress(quiet=as_json or not file.seekable()) as step:
        told = shop.events.accept_lines(_source(shop, source), _lines(file, step))
    if as_json:
        refused = [{"line": r.index + 1, "code": r.code, "message": r.message} for r in told.refused]
        show_json({"accepted": told.accepted, "duplicates": told.duplicates, "refused": refused})
    else:
        click.echo(f"{told.accepted:,} accepted, {told.duplicates:,} sent before, {len(told.refused):,} refused.")
        rows = [(r.index + 1, r.code, r.message) for r in told.refused[:_SHOWN]]
        if rows:
            show_table(["event", "code", "why"], rows, "")
            click.echo("All refused ones are kept: choral rejected list")
    if told.refused:
        raise click.exceptions.Exit(4)


@click.group("sources")
def sources_command() -> None:
    """What sends events, each with a write key of its own."""


@sources_command.command("list")
@common
def list_sources(home: str | None, as_json: bool) -> None:
    """All sources, with their write keys."""
    with opened(home) as shop:
        found = shop.events.sources()
        if as_json:
            show_json(found)
            return
        zone = shop.home.time_zone
        show_table(
            ["id", "name", "channel", "write key", "enabled", "since"],
            [(s.id, s.name, s.channel, s.write_key, s.enabled, moment(s.created_at, zone)) for s in found],
            "No sources yet. Make one: choral sources create NAME --channel web",
        )


@sources_command.command("create")
@click.argument("name")
@click.option("--channel", default="web", show_default=True, help="The channel of its events.")
@common
def create_source(name: str, channel: str, home: str | None, as_json: bool) -> None:
    """A new source; prints its write key."""
    with opened(home) as shop:
        made = shop.events.create_source(name, channel)
    show_json(made) if as_json else click.echo(f"Source {made.id} “{made.name}” ({made.channel}).\n{made.write_key}")


@sources_command.command("enable")
@click.argument("source_id")
@common
def enable_source(source_id: str, home: str | None, as_json: bool) -> None:
    """Take its events again."""
    _set_source(source_id, True, home, as_json)


@sources_command.command("disable")
@click.argument("source_id")
@common
def disable_source(source_id: str, home: str | None, as_json: bool) -> None:
    """Refuse its events from now on; what came stays."""
    _set_source(source_id, False, home, as_json)


@click.group("rejected")
def rejected_command() -> None:
    """Events that were refused, kept with the reason."""


@rejected_command.command("list")
@click.option("--state", type=click.Choice(["open", "resolved", "discarded"]), default="open", show_default=True)
@click.option("--source", help="Only of this source (id).")
@click.option("--before", type=int, help="Only ids below this one: the next page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@common
def list_rejected(
    state: str, source: str | None, before: int | None, limit: int, home: str | None, as_json: bool
) -> None:
    """Refused events, newest first."""
    with opened(home) as shop:
        found = shop.events.rejected(state=state, before=before, limit=limit, source=source)
        zone = shop.home.time_zone
    if as_json:
        show_json([_rejected(row) for row in found])
        return
    show_table(
        ["id", "received", "source", "code", "why", "event"],
        [(str(r.id), moment(r.received_at, zone), r.source, r.code, r.message, _text(r.event)[:200]) for r in found],
        "None.",
    )


@rejected_command.command("rerun")
@click.argument("rejected_id", type=int)
@click.option("--event", help="The event corrected, as JSON.")
@common
def rerun(rejected_id: int, event: str | None, home: str | None, as_json: bool) -> None:
    """Try one again, as it was or corrected."""
    with opened(home) as shop:
        shop.events.rerun_rejected(rejected_id, event.encode() if event is not None else None)
    _settled(as_json, rejected_id, "resolved", "Accepted.")


@rejected_command.command("discard")
@click.argument("rejected_id", type=int)
@common
def discard(rejected_id: int, home: str | None, as_json: bool) -> None:
    """Put one aside for good."""
    with opened(home) as shop:
        shop.events.discard_rejected(rejected_id)
    _settled(as_json, rejected_id, "discarded", "Discarded.")


def _lines(file: BinaryIO, step: object) -> Iterator[bytes]:
    size = 0
    if file.seekable():
        size = file.seek(0, 2)
        file.seek(0)
    done = 0
    for number, line in enumerate(file):
        done += len(line)
        if number % 2_000 == 0 and callable(step):
            step("bytes sent", done, size)
        yield line.strip()


def _source(shop: Shop, wanted: str | None) -> Source:
    if wanted is None:
        return shop.events.create_source("Command line", "web", source_id="command-line")
    found = [source for source in shop.events.sources() if wanted in (source.id, source.name)]
    if not found:
        raise NotFound("no_such_source", f"There is no source “{wanted}”.", fix="See: choral sources list", status=404)
    if len(found) > 1:
        raise InvalidInput("several_sources", f"Several sources are called “{wanted}”.", fix="Give the id instead.")
    return found[0]


def _set_source(source_id: str, enabled: bool, home: str | None, as_json: bool) -> None:
    with opened(home) as shop:
        changed = shop.events.set_source(source_id, enabled=enabled)
    show_json(changed) if as_json else click.echo(f"{changed.name} is {'enabled' if enabled else 'disabled'}.")


def _settled(as_json: bool, rejected_id: int, state: str, words: str) -> None:
    show_json({"id": rejected_id, "state": state}) if as_json else click.echo(words)


def _rejected(row: RejectedRow) -> dict[str, object]:
    return {
        "id": row.id, "source": row.source, "received_at": row.received_at, "code": row.code, "message": row.message,
        "message_id": row.message_id, "state": row.state, "event": _text(row.event),
    }  # fmt: skip


def _text(event: bytes) -> str:
    return event.decode("utf-8", "replace")
