"""`audience`: list, make, count, members, export, why, overlap. Whoever may read the home's files may see names."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, money, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.customers.audiences.values import Reason

_LANGUAGE = click.option("--language", type=click.Choice(["en", "fr", "it"]), default="en", help="Of sentences.")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run it (OWASP, CSV injection)


@click.group("audience")
def audience_command() -> None:
    """Audiences: whom conditions describe, kept up as events arrive."""


@audience_command.command("list")
@click.option("--archived", is_flag=True, help="Those put away.")
@_LANGUAGE
@common
def list_audiences(archived: bool, language: str, home: str | None, as_json: bool) -> None:
    """All audiences with how many are in each."""
    with opened(home) as shop:
        found = shop.customers.audiences.list(archived, language)
    if as_json:
        show_json(found)
        return
    show_table(
        ["key", "name", "members", "whom it holds"],
        [(one.key, one.name, "…" if one.members is None else one.members, one.sentence) for one in found],
        "There is no audience yet. Make one: choral audience make NAME conditions.json",
    )


@audience_command.command("make")
@click.argument("name")
@click.argument("conditions", type=click.File("rb"))
@click.option("--key", default="", help="Its key; made of the name when not given.")
@common
def make(name: str, conditions: IO[bytes], key: str, home: str | None, as_json: bool) -> None:
    """A new audience from a file of conditions in JSON (docs/how-to/audiences.md)."""
    from choral.customers.audiences.checks import read_json  # deferred: start-up of the command line

    with opened(home) as shop:
        audiences = shop.customers.audiences
        made = audiences.get(audiences.create(operator(), name, read_json(conditions.read()), key))
    if as_json:
        show_json(made)
        return
    click.echo(f"Made {made.row.key}: {made.row.sentence}")


@audience_command.command("count")
@click.argument("audience")
@common
def count(audience: str, home: str | None, as_json: bool) -> None:
    """How many are in, and how many of them can be reached on each channel."""
    with opened(home) as shop:
        audiences = shop.customers.audiences
        members, reach = audiences.count(audience), audiences.reach(audience)
    if as_json:
        show_json({"members": members, "reach": reach})
        return
    show_facts([("members", members), *((one.channel, f"{one.people} of {one.with_address}") for one in reach)])


@audience_command.command("members")
@click.argument("audience")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def members(audience: str, after: str | None, limit: int, home: str | None, as_json: bool) -> None:
    """Who is in."""
    with opened(home) as shop:
        page = shop.customers.audiences.members(audience, after, limit, personal=True)
        currency, zone = shop.home.currency, shop.home.time_zone
    if as_json:
        show_json(page)
        return
    show_table(
        ["id", "name", "orders", currency, "last seen", "entered"],
        [
            (one.customer.id, one.customer.name, one.customer.orders, money(one.customer.revenue, currency),
             moment(one.customer.last_at, zone), moment(one.entered_at, zone))
            for one in page.rows
        ],
        "Nobody.",
    )  # fmt: skip
    if page.next:
        click.echo(f"More: --after {page.next}")


@audience_command.command("export")
@click.argument("audience")
@click.option("--to", "target", type=click.Path(dir_okay=False, writable=True, allow_dash=True), default="-",
              help="[standard output]")  # fmt: skip
@click.option("--no-names", is_flag=True, help="Leave out what names a person.")
@common
def export(audience: str, target: str, no_names: bool, home: str | None, as_json: bool) -> None:
    """All members as CSV."""
    total = 0
    with opened(home) as shop, click.open_file(target, "w", encoding="utf-8") as file:
        writer, currency, zone = csv.writer(file, lineterminator="\n"), shop.home.currency, shop.home.time_zone
        writer.writerow(["id", "name", "email", "orders", "revenue", "currency", "last_at", "entered_at"])
        for one in shop.customers.audiences.export(audience, not no_names):
            row = one.customer
            writer.writerow([
                row.id, _inert(row.name), _inert(row.email), row.orders, money(row.revenue, currency), currency,
                moment(row.last_at, zone), moment(one.entered_at, zone),
            ])  # fmt: skip
            total += 1
    if target != "-":
        if as_json:
            show_json({"audience": audience, "rows": total, "to": target})
        else:
            click.echo(f"Wrote {total:,} members to {target}.", err=True)


@audience_command.command("why")
@click.argument("audience")
@click.argument("customer")
@_LANGUAGE
@common
def why(audience: str, customer: str, language: str, home: str | None, as_json: bool) -> None:
    """Why a customer is in an audience or not, condition by condition."""
    with opened(home) as shop:
        found = shop.customers.audiences.why(audience, customer, language)
        zone = shop.home.time_zone
    if as_json:
        show_json(found)
        return
    click.echo("In." if found.holds else "Not in.")
    for reason in found.reasons:
        click.echo(_line(reason, zone))


@audience_command.command("overlap")
@click.argument("one")
@click.argument("other")
@common
def overlap(one: str, other: str, home: str | None, as_json: bool) -> None:
    """How many are in each of two audiences, and in both."""
    with opened(home) as shop:
        found = shop.customers.audiences.overlap(one, other)
    if as_json:
        show_json(found)
        return
    show_facts([(one, found.one), (other, found.other), ("both", found.both)])


def _line(found: Reason, zone: str) -> str:
    said = [f"{found.number:g}" if found.number is not None else "", found.value or "", moment(found.at, zone)]
    detail = ", ".join(part for part in said if part)
    mark = "yes" if found.holds else "no "
    return f"{'  ' * found.depth}{mark}  {found.sentence}{f' [{detail}]' if detail else ''}"


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text
