"""`lifetime`: what customers will still bring."""

from __future__ import annotations

import click

from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import money, show_facts, show_json, show_table


@click.command("lifetime")
@click.option("--days", type=click.Choice(["91", "182", "365"]), default="365", show_default=True)
@click.option("--customers", is_flag=True, help="Customer by customer.")
@click.option("--sort", type=click.Choice(["value", "at_risk", "alive"]), default="value", show_default=True)
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def lifetime_command(
    days: str, customers: bool, sort: str, after: str | None, limit: int, home: str | None, as_json: bool
) -> None:
    """What customers will bring: all together and by channel, or one by one."""
    with opened(home) as shop:
        door = shop.analytics.lifetime
        found = door.overview(int(days))
        page = door.customers(sort, int(days), after, limit) if customers else None  # type: ignore[arg-type]
    currency = found.currency
    if as_json:
        show_json(page if page is not None else found)
        return
    if page is not None:
        show_table(
            ["customer", "alive", "orders", f"will bring, {currency}", f"at risk, {currency}", "last order"],
            [
                (one.customer, f"{one.alive:.0%}", round(one.orders, 1), money(one.value, currency),
                 money(one.at_risk, currency), one.last_order_day)
                for one in page.rows
            ],
            "Nobody.",
        )  # fmt: skip
        return
    if not found.ready:
        click.echo(f"Nothing can be foretold yet ({found.reason}).")
        return
    low, high = (money(round(x), currency) for x in (found.value.low, found.value.high))
    off = "" if found.check.off is None else f", {found.check.off:+.1%} off in the past"
    show_facts(
        [
            ("customers", found.customers), ("still buy", round(found.alive.value)),
            ("orders", round(found.orders.value)), (f"{found.measure}, {currency}", f"{low} to {high}"),
            ("trust", f"{found.check.verdict}{off}"),
        ]
    )  # fmt: skip
    show_table(
        ["first met on", "customers", f"to date each, {currency}", "will bring each", "low", "high"],
        [
            (one.channel, one.customers, money(round(one.to_date_each), currency),
             *(money(round(x), currency) for x in (one.expected_each.value, one.expected_each.low,
                                                   one.expected_each.high)))
            for one in found.channels
        ],
        "No channels.",
    )  # fmt: skip
