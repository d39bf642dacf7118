"""`import`: a CSV file looked at, tried, imported, and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from choral.core.errors import InvalidInput
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, progress, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.connectors.values import DateOrder, Decimal, Draft, DryRun, Imported, Kind

_KINDS = click.Choice(["customers", "orders", "products", "spend"])
_SHOWN = 20


@click.group("import")
def import_command() -> None:
    """Import a CSV file: look, try, run, undo."""


@import_command.command("run")
@click.argument("file", type=click.File("rb"))
@click.option("--kind", type=_KINDS, help="What its rows are [found out].")
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=FIELD", help="What a column means; empty: leave it out."
)
@click.option("--delimiter", help="What stands between two cells [found out].")
@click.option("--encoding", help="How its letters are written [found out].")
@click.option("--decimal", type=click.Choice([".", ","]), help="The decimal mark [found out].")
@click.option("--dates", type=click.Choice(["ymd", "dmy", "mdy"]), help="The order in dates [found out].")
@click.option("--currency", help="Of amounts without one [the shop's].")
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns [found out].")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@common
def run(
    file: BinaryIO, kind: Kind | None, mapped: tuple[str, ...], delimiter: str | None, encoding: str | None,
    decimal: Decimal | None, dates: DateOrder | None, currency: str | None, header: bool | None, dry_run: bool,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Import FILE, or with --dry-run say what was found out and what would happen to its rows."""
    with opened(home) as shop:
        from choral.connectors.values import Changes

        doors, who = shop.connectors, operator()
        draft = doors.upload(Path(file.name).name, file, who, kind)
        wanted = Changes(
            kind=kind, encoding=encoding, delimiter=delimiter, header=header, decimal=decimal, dates=dates,
            currency=currency, mapping=_mapping(draft, mapped) if mapped else None,
        )  # fmt: skip
        if wanted != Changes():
            draft = doors.describe(draft.id, wanted, who)
        try:
            tried = doors.dry_run(draft.id)
            if dry_run:
                show_json({"draft": draft, "dry_run": tried}) if as_json else _show_trial(draft, tried)
                return
            with progress(quiet=as_json) as step:
                done = doors.run(draft.id, who, step)
        finally:
            if dry_run:
                doors.discard(draft.id, who)
    show_json(done) if as_json else _show_done(done)


@import_command.command("list")
@common
def list_imports(home: str | None, as_json: bool) -> None:
    """What was imported, newest first."""
    with opened(home) as shop:
        found = shop.connectors.imports()
        zone = shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["id", "file", "kind", "state", "when", "new", "updated", "refused", "by"],
        [
            (i.id, i.name, i.kind, i.state, moment(i.created_at, zone), i.new, i.updated, i.refused_rows, i.by)
            for i in found
        ],
        "Nothing was imported yet.",
    )


@import_command.command("show")
@click.argument("import_id")
@common
def show(import_id: str, home: str | None, as_json: bool) -> None:
    """One import as it stands."""
    with opened(home) as shop:
        found = shop.connectors.imported(import_id)
    show_json(found) if as_json else _show_done(found)


@import_command.command("refused")
@click.argument("import_id")
@click.option("--to", "target", type=click.Path(dir_okay=False, allow_dash=True), default="-", help="[standard output]")
@common
def refused(import_id: str, target: str, home: str | None, as_json: bool) -> None:
    """The refused rows as a CSV file to correct and import again."""
    with opened(home) as shop:
        parts = shop.connectors.refused_file(import_id)
        first = next(parts, b"")  # an import that is not there must not leave an empty file
        with click.open_file(target, "wb") as file:
            size = file.write(first) + sum(file.write(part) for part in parts)
    if as_json and target != "-":
        show_json({"import": import_id, "to": target, "bytes": size})


@import_command.command("undo")
@click.argument("import_id")
@common
def undo(import_id: str, home: str | None, as_json: bool) -> None:
    """Take back everything an import brought."""
    with opened(home) as shop:
        done = shop.connectors.undo(import_id, operator())
    show_json(done) if as_json else click.echo(f"“{done.name}” is taken back; the worker follows with the figures.")


def _mapping(draft: Draft, mapped: tuple[str, ...]) -> dict[int, str]:
    places = {column.head: column.place for column in draft.columns}
    found = {}
    for pair in mapped:
        head, sign, field = pair.rpartition("=")
        place = places.get(head, int(head) if head.isdecimal() else -1)
        if not sign or not 0 <= place < len(draft.columns):
            raise InvalidInput(
                "no_such_column", f"“{pair}” maps no column of the file.", f"It has: {', '.join(places)}.",
                "Write --map COLUMN=FIELD, with the column's head or its number from 0.",
            )  # fmt: skip
        found[place] = field
    return found


def _show_trial(draft: Draft, tried: DryRun) -> None:
    reading = draft.reading
    show_facts(
        [
            ("file", f"{draft.name}, {draft.size:,} bytes"),
            ("rows are", draft.kind),
            ("read as", f"{reading.encoding}, “{reading.delimiter}” between cells, decimal “{reading.decimal}”"),
            ("dates", f"{reading.dates}, {reading.time_zone}"),
            ("currency", reading.currency),
        ]
    )
    show_table(
        ["column", "head", "means", "samples"],
        [(str(c.place), c.head, c.field or "(left out)", " | ".join(c.samples[:3])) for c in draft.columns],
        "",
    )
    click.echo(
        f"Would bring {tried.new:,} new, {tried.updated:,} updated, {tried.unchanged:,} unchanged {draft.kind};"
        f" {tried.refused_rows:,} of {tried.rows:,} rows refused."
    )
    if tried.refused:
        show_table(["row", "code", "why"], [(str(r.row), r.code, r.message) for r in tried.refused[:_SHOWN]], "")
    click.echo("Nothing has happened. Leave --dry-run out to import it.")


def _show_done(done: Imported) -> None:
    click.echo(
        f"{done.name}: {done.state}. {done.new:,} new, {done.updated:,} updated, {done.unchanged:,} unchanged;"
        f" {done.refused_rows:,} of {done.rows:,} rows refused."
    )
    if done.problem:
        click.echo(f"! {done.problem}")
    if done.refused_rows:
        click.echo(f"Refused rows to correct: choral import refused {done.id} --to refused.csv")
    if done.state == "done":
        click.echo(f"Take it back: choral import undo {done.id}")
