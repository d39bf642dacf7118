"""`affinity`: which channel works for which customers."""

from __future__ import annotations

import click

from choral.analytics.affinity.values import Rate
from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import money, show_json, show_table


@click.command("affinity")
@click.option("--by", default="segment", show_default=True, help="segment, to_come, outlook, trait:NAME, audience:KEY.")
@click.option("--list", "listed", is_flag=True, help="What customers can be parted by here.")
@common
def affinity_command(by: str, listed: bool, home: str | None, as_json: bool) -> None:
    """Parts of the customers by channels: sales, visits, answers to campaigns, preference, satisfaction."""
    with opened(home) as shop:
        dimensions = shop.analytics.affinity.dimensions() if listed else ()
        found = None if listed else shop.analytics.affinity.by(by)
    if found is None:
        if as_json:
            show_json(dimensions)
        else:
            show_table(["by", "name"], [(one.key, one.name) for one in dimensions], "Nothing.")
        return
    if as_json:
        show_json(found)
        return
    show_table(
        ["customers", "channel", "orders", f"sales, {found.currency}", "visits with order", "order in a week",
         "answered", "prefer it", "reviews"],
        [
            (one.part, one.channel, one.orders, money(one.amount, found.currency), *map(_share, (
                one.bought, one.followed, one.answered, one.preferred)), _mean(one.reviews))
            for one in found.cells if one.orders or one.sessions or one.answered.of
        ],
        "Nothing to compare yet.",
    )  # fmt: skip


def _share(rate: Rate) -> str:
    return "" if rate.value is None else f"{rate.value:.1%}{_mark(rate)}"


def _mean(rate: Rate) -> str:
    return "" if rate.value is None else f"{rate.value:.2f}{_mark(rate)}"


def _mark(rate: Rate) -> str:
    return {"higher": " +", "lower": " -"}.get(rate.verdict, "")
