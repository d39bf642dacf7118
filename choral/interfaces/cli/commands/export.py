"""`export`: customers, orders or events as CSV or JSON lines."""

from __future__ import annotations

import csv
import dataclasses
from typing import IO, TYPE_CHECKING

import click
import msgspec

from choral.core.money import Money
from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import show_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from choral.shop import Shop

Record = dict[str, object]
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run it (OWASP, CSV injection)


@click.command("export")
@click.argument("what", type=click.Choice(["customers", "orders", "events"]))
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    default="-",
    help="[standard output]",
)
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--no-names", is_flag=True, help="Leave out what names a person.")
@common
def export_command(what: str, target: str, form: str, no_names: bool, home: str | None, as_json: bool) -> None:
    """Write all customers, orders or events. Amounts are in major units; times ISO 8601 UTC."""
    with opened(home) as shop, click.open_file(target, "w", encoding="utf-8") as file:
        records = {
            "customers": lambda: _customers(shop, not no_names), "orders": lambda: _orders(shop),
            "events": lambda: _events(shop),
        }[what]()  # fmt: skip
        count = _write_csv(file, records) if form == "csv" else _write_lines(file, records)
    if target != "-":
        if as_json:
            show_json({"what": what, "rows": count, "to": target})
        else:
            click.echo(f"Wrote {count:,} {what} to {target}.", err=True)


def _customers(shop: Shop, personal: bool) -> Iterator[Record]:
    from choral.customers.door import CustomerFilter

    currency = shop.home.currency
    for row in shop.customers.export(CustomerFilter(), "last_at", True, personal):
        yield {
            "id": row.id, "name": row.name, "email": row.email, "orders": row.orders,
            "revenue": _major(row.revenue, currency), "average": _major(row.average, currency), "currency": currency,
            "channels": " ".join(row.channels), "events": row.events, "first_at": _time(row.first_at),
            "last_at": _time(row.last_at), "last_order_at": _time(row.last_order_at),
        }  # fmt: skip


def _orders(shop: Shop) -> Iterator[Record]:
    for row in shop.analytics.order_rows():
        told = dataclasses.asdict(row)
        told["at"], told["day"] = _time(row.at), row.day.isoformat()
        told["amount"], told["discount"] = _major(row.amount, row.currency), _major(row.discount, row.currency)
        yield told


def _events(shop: Shop) -> Iterator[Record]:
    from choral.core.event import decode_lines

    position = 0
    while batches := shop.log.read(position):
        for batch in batches:
            for index, event in enumerate(decode_lines(batch.payload)):
                amount = None if event.amount is None else _major(event.amount, event.currency or "EUR")
                yield {
                    "position": batch.first + index, "at": _time(event.at), "received": _time(batch.received_at),
                    "source": batch.source, "id": event.id, "name": event.name, "channel": event.channel,
                    "ids": " ".join(event.ids), "amount": amount, "currency": event.currency,
                    "properties": bytes(event.properties).decode(), "context": bytes(event.context).decode(),
                }  # fmt: skip
        position = batches[-1].last


def _write_csv(target: IO[str], records: Iterator[Record]) -> int:
    writer = csv.writer(target, lineterminator="\n")
    count = 0
    for record in records:
        if not count:
            writer.writerow(record)
        writer.writerow([_cell(value) for value in record.values()])
        count += 1
    return count


def _write_lines(target: IO[str], records: Iterator[Record]) -> int:
    count = 0
    for record in records:
        target.write(msgspec.json.encode(record).decode() + "\n")
        count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_DANGEROUS) and not value.replace(".", "", 1)[1:].isdecimal():
        return f"'{value}"
    return value


def _major(minor: int, currency: str) -> str:
    return str(Money(minor, currency).major)


def _time(microseconds: int) -> str:
    from choral.core.clock import to_datetime

    return to_datetime(microseconds).isoformat().replace("+00:00", "Z") if microseconds else ""
