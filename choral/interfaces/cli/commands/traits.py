"""`traits`: what is computed about customers; definitions, one customer's values, everybody's as a file. `profile`."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, money, show_facts, show_json, show_table

_LANGUAGE = click.option("--language", type=click.Choice(["en", "fr", "it"]), default="en", show_default=True)


@click.group("traits")
def traits_command() -> None:
    """Computed traits of customers: counts, sums, favourites, with windows that move by themselves."""


@traits_command.command("list")
@_LANGUAGE
@common
def list_traits(language: str, home: str | None, as_json: bool) -> None:
    """The definitions in use."""
    with opened(home) as shop:
        from choral.customers.traits.wording import sentence

        found = shop.customers.traits.definitions()
    if as_json:
        show_json(found)
        return
    rows = [(one.key, one.name(language), one.built_in, sentence(one, language)) for one in found]
    show_table(["key", "name", "built in", "means"], rows, "All are hidden.")


@traits_command.command("of")
@click.argument("identifier")
@_LANGUAGE
@common
def of(identifier: str, language: str, home: str | None, as_json: bool) -> None:
    """A customer's computed traits (card:8812, an e-mail, a telephone)."""
    with opened(home) as shop:
        _, ids = shop.customers.identifiers(identifier)
        found = shop.customers.traits.of(shop.customers.traits.known(ids), language) if ids else ()
        zone, currency = shop.home.time_zone, shop.home.currency
    if as_json:
        show_json(found)
        return
    show_facts([(one.name, _value(one.value, one.unit, zone, currency)) for one in found])


@traits_command.command("explain")
@click.argument("identifier")
@click.argument("key")
@common
def explain(identifier: str, key: str, home: str | None, as_json: bool) -> None:
    """One trait of a customer, with the events it rests on."""
    with opened(home) as shop:
        customers = shop.customers
        found = customers.traits.behind(customers.traits.known(customers.identifiers(identifier)[1]), key)
        zone, currency = shop.home.time_zone, shop.home.currency
    if as_json:
        show_json(found)
        return
    click.echo(
        f"{found.trait.name}: {_value(found.trait.value, found.trait.unit, zone, currency)}. {found.trait.means}"
    )
    rows = [
        (moment(r.at, zone), r.channel, r.name, money(r.amount, currency), r.order_id or r.label, r.lines)
        for r in found.rows
    ]
    show_table(["when", "channel", "what", currency, "", "lines"], rows, "It rests on nothing.")


@traits_command.command("preference")
@click.argument("identifier")
@common
def preference(identifier: str, home: str | None, as_json: bool) -> None:
    """The channel and hours a customer prefers, and how sure that is."""
    with opened(home) as shop:
        customers = shop.customers
        found = customers.traits.preference(customers.traits.known(customers.identifiers(identifier)[1]))
    if as_json:
        show_json(found)
        return
    click.echo(f"{found.certainty}, from {found.acts} acts (worth {found.weight:.1f} of today).")
    rows = [(c.channel, f"{c.share:.0%}", f"{c.low:.0%} to {c.high:.0%}", f"{c.first:.0%}") for c in found.channels]
    show_table(["channel", "share", "90 % interval", "is the first"], rows, "Nothing is known.")
    if found.hours:
        h = found.hours
        click.echo(
            f"Hours: {h.start}:00 to {h.end}:00, {h.share:.0%} ({h.low:.0%} to {h.high:.0%}); shop {h.shop:.0%}."
        )


@traits_command.command("table")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", "keys", multiple=True, help="Only these traits.")
@common
def table(file: Path, keys: tuple[str, ...], home: str | None, as_json: bool) -> None:
    """Every customer's computed traits, into a Parquet file."""
    with opened(home) as shop:
        import pyarrow.parquet

        customers = shop.customers
        chosen = keys or tuple(one.key for one in customers.traits.definitions())
        found = customers.traits.table(chosen, customers.identity_map())
        pyarrow.parquet.write_table(found, file)
    if as_json:
        show_json({"file": str(file), "rows": len(found)})
        return
    click.echo(f"{len(found):,} customers in {file}.")


@traits_command.command("define")
@click.argument("file", type=click.File("r"))
@common
def define(file: IO[str], home: str | None, as_json: bool) -> None:
    """Keep a definition given as JSON (- for standard input); docs/how-to/record.md lists its fields."""
    with opened(home):
        from choral.books import act
        from choral.customers.traits.actions import define_trait
        from choral.customers.traits.definitions import read

        made = read(file.read())
        act(define_trait, operator(), made)
    if as_json:
        show_json(made)
        return
    click.echo(f"Defined {made.key}.")


@traits_command.command("remove")
@click.argument("key")
@common
def remove(key: str, home: str | None, as_json: bool) -> None:
    """Take a definition away; a built-in one is hidden."""
    with opened(home):
        from choral.books import act
        from choral.customers.traits.actions import remove_trait

        act(remove_trait, operator(), key)
    if as_json:
        show_json({"key": key, "state": "removed"})
        return
    click.echo(f"Removed {key}.")


@click.command("profile")
@click.argument("identifier")
@click.option("--include", default="", help="Parts, by commas [all].")
@_LANGUAGE
@common
def profile_command(identifier: str, include: str, language: str, home: str | None, as_json: bool) -> None:
    """Everything that is known of a customer in one answer, as the till gets it (JSON)."""
    with opened(home) as shop:
        from choral.customers.record import profile

        parts = [one for one in include.split(",") if one]
        show_json(profile(shop.customers, identifier, "", parts, personal=True, language=language))


def _value(value: object, unit: str, zone: str, currency: str) -> object:
    if value is None:
        return "not known"
    if unit == "money" and isinstance(value, int | float):
        return f"{money(round(value), currency):,} {currency}"
    if unit == "percent" and isinstance(value, int | float):
        return f"{value:.0%}"
    if unit == "time" and isinstance(value, int):
        return moment(value, zone)
    return value
