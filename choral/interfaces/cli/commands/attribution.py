"""`attribution`: whom orders are credited to, by several models side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import money, show_json, show_table

_DAY = click.DateTime(["%Y-%m-%d"])
_SHOWN = ("last", "first", "linear", "shapley", "markov", "hazard")
_MODELS = (
    "last", "last_non_direct", "first", "linear", "position", "decay", "time_decay", "shapley", "markov_path", "hazard",
)  # fmt: skip


@click.command("attribution")
@click.option("--by", type=click.Choice(["channel", "campaign", "creative", "store"]), default="channel",
              show_default=True)  # fmt: skip
@click.option("--value", type=click.Choice(["sales", "margin", "orders"]), default="sales", show_default=True)
@click.option("--since", type=_DAY, help="First day.")
@click.option("--until", type=_DAY, help="Last day, included.")
@click.option("--lookback", type=click.IntRange(1, 365), default=30, show_default=True, help="Days before an order.")
@click.option("--order", "steps", type=click.IntRange(1, 4), default=1, show_default=True, help="Of the Markov chain.")
@click.option("--who", type=click.Choice(["all", "new", "returning"]), default="all", show_default=True)
@click.option("--audience", help="Only its members.")
@click.option("--sold", metavar="ORDER", help="Who sold this order? Its touches with what each gets.")
@click.option("--model", type=click.Choice(_MODELS), default="linear", show_default=True, help="Of --sold.")
@common
def attribution_command(
    by: Any, value: Any, since: datetime | None, until: datetime | None, lookback: int, steps: int, who: Any,
    audience: str | None, sold: str | None, model: Any, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Whom orders are credited to: what came before them, by each model. A correlation, not an effect."""
    with opened(home) as shop:
        from choral.analytics.attribution.values import Question  # deferred: help comes at once

        asked = Question(
            since.date() if since else None, until.date() if until else None, by, value, steps, lookback, who=who,
            audience=audience,
        )  # fmt: skip
        room, currency = shop.analytics.attribution, shop.analytics.as_of().currency
        if sold:
            _show_lines(room.order(sold, model, asked), currency, as_json)
            return
        found = room.credits(asked)
    if as_json:
        show_json(found)
        return
    rows = [
        (row.name or row.key,
         *(money(one.amount, currency) if value != "orders" else one.amount / 1000
           for one in row.credits if one.model in _SHOWN),
         money(row.cost, currency) if row.cost is not None else "")
        for row in found.rows
    ]  # fmt: skip
    order = [one.model for one in found.rows[0].credits if one.model in _SHOWN] if found.rows else _SHOWN
    show_table([by, *order, "cost"], rows, "No orders in these days.")
    if found.rows:
        click.echo("What came before orders, not what would be missing without it. All models: --json")


def _show_lines(lines: Any, currency: str, as_json: bool) -> None:
    if as_json:
        show_json({"rows": lines, "next": None})
        return
    show_table(
        ["touch", "event", "share", f"gets, {currency}"],
        [(one.key, one.event, round(one.weight, 4), money(one.amount, currency)) for one in lines], "No touches.",
    )  # fmt: skip
