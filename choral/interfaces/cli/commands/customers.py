"""`customers`: find, show, explain. Whoever may read the home's files may see names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import moment, money, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.customers.values import TimelineEntry

_SORTS = ("last_at", "first_at", "revenue", "orders", "average", "events", "last_order_at")


@click.group("customers")
def customers_command() -> None:
    """Find customers and show one with the time line."""


@customers_command.command("list")
@click.option("--sort", type=click.Choice(_SORTS), default="last_at", show_default=True)
@click.option("--ascending", is_flag=True, help="Smallest first.")
@click.option("--channel", help="Only those seen on this channel.")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def list_customers(
    sort: str, ascending: bool, channel: str | None, after: str | None, limit: int, home: str | None, as_json: bool
) -> None:
    """Known customers."""
    with opened(home) as shop:
        from choral.customers.door import CustomerFilter

        page = shop.customers.list(sort, not ascending, CustomerFilter(channel=channel), after, limit, personal=True)
        currency, zone = shop.home.currency, shop.home.time_zone
    if as_json:
        show_json(page)
        return
    show_table(
        ["id", "name", "orders", currency, "channels", "last seen"],
        [
            (r.id, r.name, r.orders, money(r.revenue, currency), ", ".join(r.channels), moment(r.last_at, zone))
            for r in page.rows
        ],
        "No known customers yet.",
    )
    if page.next:
        click.echo(f"More: --after {page.next}")


@customers_command.command("find")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@common
def find(text: str, limit: int, home: str | None, as_json: bool) -> None:
    """Customers by part of a name, telephone, e-mail, card or other identifier, order number."""
    with opened(home) as shop:
        found = shop.customers.search(text, personal=True, limit=limit)
    if as_json:
        show_json(found)
        return
    show_table(["id", "name", "found by", "hint"], [(f.id, f.name, f.by, f.hint) for f in found], "Nobody.")


@customers_command.command("show")
@click.argument("customer")
@click.option("--events", type=click.IntRange(0, 1000), default=15, show_default=True, help="How many of the newest.")
@common
def show(customer: str, events: int, home: str | None, as_json: bool) -> None:
    """One customer by id: figures, identifiers, the newest of the time line."""
    with opened(home) as shop:
        found = shop.customers.get(customer, personal=True)
        timeline = shop.customers.timeline(customer, limit=events) if events else None
        zone = shop.home.time_zone
    entries = timeline.entries if timeline else ()
    if as_json:
        show_json({"customer": found, "timeline": entries})
        return
    show_facts(
        [
            ("customer", f"{found.name} ({found.id})".strip()),
            ("orders", found.orders),
            (f"spent, {found.currency}", money(found.revenue, found.currency)),
            ("per order", money(found.average, found.currency)),
            ("first seen", moment(found.first_at, zone)),
            ("last seen", moment(found.last_at, zone)),
            ("favourite store", found.favourite_store),
            ("identifiers", ", ".join(f"{one.kind} {one.shown}" for one in found.identifiers[:20])),
            *((trait.field, trait.value) for trait in found.traits),
        ]
    )
    if entries:
        click.echo("")
        show_table(["when", "channel", "what", "value", ""], [_entry(e, zone) for e in entries], "")


@customers_command.command("explain")
@click.argument("customer")
@common
def explain(customer: str, home: str | None, as_json: bool) -> None:
    """Why the identifiers of a customer are one person."""
    with opened(home) as shop:
        found = shop.customers.explain(customer, personal=True)
        zone = shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["seen together", "and", "when", "source", "counts"],
        [(link.one, link.other, moment(link.at, zone), link.source, link.counts) for link in found.links],
        "There is one identifier only.",
    )


def _entry(entry: TimelineEntry, zone: str) -> tuple[object, ...]:
    value = f"{money(entry.amount, entry.currency):,} {entry.currency}" if entry.amount is not None else ""
    detail = " · ".join(part for part in (entry.label, entry.order_id, entry.campaign, entry.place) if part)
    return moment(entry.at, zone), entry.channel, entry.name, value, detail
