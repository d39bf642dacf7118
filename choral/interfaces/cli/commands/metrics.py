"""`metric`: any figure of the catalogue in the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import money, show_json, show_table

if TYPE_CHECKING:
    from choral.analytics.metrics.values import Compare, Figures, Metric, MetricSplit, Value
    from choral.analytics.values import By

_DAY = click.DateTime(["%Y-%m-%d"])
_SPLITS = ["channel", "store", "department", "category", "product", "campaign"]


@click.command("metric")
@click.argument("key", required=False)
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="month", show_default=True)
@click.option("--split", type=click.Choice(_SPLITS), help="One series each.")
@click.option("--since", type=_DAY, help="First day.")
@click.option("--until", type=_DAY, help="Last day, included.")
@click.option("--compare", type=click.Choice(["previous", "year"]), default="previous", show_default=True)
@click.option("--most", type=click.IntRange(1, 50), default=8, show_default=True, help="Parts at most.")
@common
def metric_command(
    key: str | None, by: By, split: MetricSplit | None, since: datetime | None, until: datetime | None,
    compare: Compare, most: int, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """KEY over time and by part, beside the days before; without KEY the catalogue of all metrics."""
    with opened(home) as shop:
        from choral.analytics.values import Choice

        if key is None:
            known = shop.analytics.metrics()
            show_json(known) if as_json else _show_catalogue(known)
            return
        choice = Choice(since.date() if since else None, until.date() if until else None)
        found = shop.analytics.metric(key, by, split, choice, compare, most)
    show_json(found) if as_json else _show(found)


def _show_catalogue(known: tuple[Metric, ...]) -> None:
    rows = [(one.key, one.unit, one.formula, ", ".join(one.splits)) for one in known]
    show_table(["key", "unit", "formula", "can be split by"], rows, "")


def _show(found: Figures) -> None:
    asked, all_series = found.metric, found.series or (found.total,)
    names = [one.name or {"*": "others", "": "all" if not found.series else "(none)"}.get(one.key, one.key)
             for one in all_series]  # fmt: skip
    show_table(
        ["from", *names],
        [
            (period.start, *(_written(found, one.values[at]) for one in all_series))
            for at, period in enumerate(found.periods)
        ],
        "Nothing yet.",
    )
    unit = f", {found.currency}" if asked.unit == "money" else ""
    click.echo(f"{asked.name}{unit}: {_said(found, found.total.value)}. {asked.meaning}")
    if found.before_since:
        click.echo(f"{found.before_since} to {found.before_until}: {_said(found, found.total.before)}")
    if found.coverage is not None:
        click.echo(f"The cost is known of {100 * found.coverage:.0f} % of the sales.")


def _said(found: Figures, value: Value) -> str:
    written = _written(found, value)
    return "not known" if written is None else f"{written:,}"


def _written(found: Figures, value: Value) -> object:
    if value is None:
        return None
    if found.metric.unit == "money":
        return money(int(value), found.currency)
    return round(value, 4) if isinstance(value, float) else value
