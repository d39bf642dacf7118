"""`journeys`: paths, funnels, cohorts, sequences and visits in the terminal, and the people behind them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import show_json, show_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from choral.analytics.journeys.door import People
    from choral.analytics.journeys.values import Times
    from choral.shop import Shop

_DAY = click.DateTime(["%Y-%m-%d"])
_STEP = "event | channel | campaign | about"


def _days(function: Any) -> Any:
    until = click.option("--until", type=_DAY, help="Last day, included.")
    return click.option("--since", type=_DAY, help="First day.")(until(function))


_segment = click.option("--segment", default="", help="audience:KEY or value:SEGMENT; nothing: everybody.")


def _listing(function: Any) -> Any:
    keep = click.option("--keep", metavar="NAME", help="Keep them as an audience of this name.")
    return click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)(
        click.option("--after", help="Go on after the last page's `next`.")(keep(function))
    )


@click.group("journeys")
def journeys_command() -> None:
    """The ways of customers: paths, funnels, cohorts, sequences, visits."""


@journeys_command.command("paths")
@click.option("--by", type=click.Choice(["channel", "event", "campaign"]), default="channel", show_default=True)
@click.option("--start", default="", help=f"Where ways begin: {_STEP}; nothing: the first touch.")
@click.option("--end", default="", help=f"order, none (only those without), or {_STEP}.")
@click.option("--depth", type=click.IntRange(1, 10), default=4, show_default=True)
@click.option("--backwards", is_flag=True, help="From the end back.")
@click.option("--channel", default="", help="Only touches of this channel.")
@click.option("--passages", is_flag=True, help="What follows what, and after how long.")
@click.option("--node", help="The customers at a node, such as 0:web.")
@click.option("--to", help="Who went from the node to this one.")
@click.option("--passage", nargs=2, metavar="AFTER COMES", help="The customers on whose way one followed the other.")
@_days
@_segment
@_listing
@common
def paths(
    by: Any, start: str, end: str, depth: int, backwards: bool, channel: str, passages: bool, node: str | None,
    to: str | None, passage: tuple[str, str] | None, since: datetime | None, until: datetime | None, segment: str,
    keep: str | None, after: str | None, limit: int, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """The commonest ways from a start to an end."""
    from choral.analytics.journeys.door import PathQuery  # deferred: scipy

    query = PathQuery(by, start, end, depth, backwards, channel, _day(since), _day(until), segment)
    with opened(home) as shop:
        journeys = shop.analytics.journeys
        if passage:
            _people(shop, lambda: journeys.passage_people(query, *passage), keep, after, limit, as_json)
            return
        if node:
            _people(shop, lambda: journeys.path_people(query, node, to), keep, after, limit, as_json)
            return
        found = journeys.paths(query)
    if as_json:
        show_json(found)
    elif passages:
        show_table(
            ["after", "comes", "times", "customers", "% of what follows", "median time"],
            [(p.source, p.target, p.times, p.customers, 100 * p.share, _time(p.time)) for p in found.passages],
            "Nobody was met.",
        )
    else:
        show_table(
            ["way", "ends", "customers", "%"],
            [(" > ".join(r.steps), r.end, r.customers, 100 * r.share) for r in found.rows], "Nobody was met.",
        )  # fmt: skip
        click.echo(f"{found.customers:,} customers, {found.ordered:,} of them reached the end.")


@journeys_command.command("funnel")
@click.argument("steps", nargs=-1)
@click.option("--window", "window_days", type=float, default=7.0, show_default=True, help="Days after the first step.")
@click.option("--order", type=click.Choice(["then", "directly", "any"]), default="then", show_default=True)
@click.option("--exclude", multiple=True, help=f"Must not happen between two steps: {_STEP}.")
@click.option("--split", type=click.Choice(["channel", "value"]), help="Also by channel or value segment.")
@click.option("--at", type=click.IntRange(0), help="The customers who did this step (from 0).")
@click.option("--lost", is_flag=True, help="With --at: those who went no further.")
@_days
@_segment
@_listing
@common
def funnel(
    steps: tuple[str, ...], window_days: float, order: Any, exclude: tuple[str, ...], split: Any, at: int | None,
    lost: bool, since: datetime | None, until: datetime | None, segment: str, keep: str | None, after: str | None,
    limit: int, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """How many did STEPS (each event | channel | campaign | about); without any the usual ones of a shop."""
    from choral.analytics.journeys.door import FunnelQuery  # deferred: scipy

    with opened(home) as shop:
        journeys = shop.analytics.journeys
        query = FunnelQuery(steps or journeys.usual_steps(), window_days, order, exclude, split, _day(since),
                            _day(until), segment)  # fmt: skip
        if at is not None:
            _people(shop, lambda: journeys.funnel_people(query, at, lost), keep, after, limit, as_json)
            return
        found = journeys.funnel(query)
    if as_json:
        show_json(found)
        return
    show_table(
        ["step", "customers", "% of first", "% of previous", "median time", *(group.key for group in found.groups)],
        [
            (one.step.text if one.events else f"{one.step.text} (never recorded)", one.customers,
             100 * one.share_of_start, 100 * one.share_of_previous, _time(one.time),
             *(group.customers[place] for group in found.groups))
            for place, one in enumerate(found.steps)
        ],
        "",
    )  # fmt: skip


@journeys_command.command("cohorts")
@click.option("--every", type=click.Choice(["month", "week"]), default="month", show_default=True)
@click.option("--activity", type=click.Choice(["purchases", "orders_and_returns", "meetings"]), default="purchases",
              show_default=True, help="What counts as coming back.")  # fmt: skip
@click.option("--start", type=click.Choice(["purchase", "meeting"]), default="purchase", show_default=True)
@click.option("--measure", type=click.Choice(["customers", "amount", "orders"]), default="customers", show_default=True)
@click.option("--begins", type=_DAY, help="The customers of this cohort.")
@click.option("--periods", type=click.IntRange(0, 60), default=0, help="With --begins: active so many periods later.")
@click.option("--lost", is_flag=True, help="With --begins: those who were not.")
@_segment
@_listing
@common
def cohorts(
    every: Any, activity: Any, start: Any, measure: Any, begins: datetime | None, periods: int, lost: bool,
    segment: str, keep: str | None, after: str | None, limit: int, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Who comes back, by the period of the first purchase."""
    from choral.analytics.journeys.door import CohortQuery  # deferred: scipy

    query = CohortQuery(every, activity, start, measure, segment)
    with opened(home) as shop:
        if begins is not None:
            day = begins.date()
            _people(shop, lambda: shop.analytics.journeys.cohort_people(query, day, periods, lost), keep, after, limit,
                    as_json)  # fmt: skip
            return
        found = shop.analytics.journeys.cohorts(query)
    if as_json:
        show_json(found)
        return
    longest = max((len(one.values) for one in found.cohorts), default=0)
    show_table(
        ["cohort", "customers", *map(str, range(longest))],
        [(one.begins, one.size, *one.values, *[None] * (longest - len(one.values))) for one in found.cohorts],
        "Nobody has ordered yet.",
    )
    if found.incomplete:
        click.echo(f"The {every} of {found.incomplete} is not over.")


@journeys_command.command("sequences")
@click.option("--outcome", type=click.Choice(["purchase", "loss"]), default="purchase", show_default=True)
@click.option("--by", type=click.Choice(["channel", "event", "campaign"]), default="channel", show_default=True)
@click.option(
    "--window", "window_days", type=click.IntRange(1, 365), default=30, show_default=True, help="Days before."
)
@click.option(
    "--horizon", "horizon_days", type=click.IntRange(1, 365), default=30, show_default=True, help="Days after."
)
@click.option("--longest", type=click.IntRange(2, 4), default=3, show_default=True)
@click.option("--step", "steps", multiple=True, help="The customers whose last days hold these, one after the other.")
@_segment
@_listing
@common
def sequences(
    outcome: Any, by: Any, window_days: int, horizon_days: int, longest: int, steps: tuple[str, ...], segment: str,
    keep: str | None, after: str | None, limit: int, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Which sequences come before a purchase, or a loss, more often than not: a correlation."""
    from choral.analytics.journeys.door import SequenceQuery  # deferred: scipy

    query = SequenceQuery(outcome, by, window_days, horizon_days, longest, segment)
    with opened(home) as shop:
        if steps:
            _people(shop, lambda: shop.analytics.journeys.sequence_people(query, steps), keep, after, limit, as_json)
            return
        found = shop.analytics.journeys.sequences(query)
    if as_json:
        show_json(found)
        return
    show_table(
        ["sequence", "customers", "% with", "% without", "lift", "low", "high", "certain"],
        [
            (" > ".join(one.steps), one.support, 100 * one.share, 100 * one.share_without, one.lift, one.low, one.high,
             "yes" if one.certain else "")
            for one in found.rows[:limit]
        ],
        "Too few customers, or too short a time.",
    )  # fmt: skip
    click.echo(f"A correlation. {found.customers:,} customers looked at, {100 * found.base:.1f} % with the outcome.")


@journeys_command.command("sessions")
@click.option("--silence", "silence_minutes", type=float, default=30.0, show_default=True, help="Minutes.")
@_days
@_segment
@common
def sessions(
    silence_minutes: float, since: datetime | None, until: datetime | None, segment: str, home: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Visits by channel: runs of touches without a longer silence."""
    with opened(home) as shop:
        found = shop.analytics.journeys.sessions(silence_minutes, _day(since), _day(until), segment)
    if as_json:
        show_json(found)
        return
    show_table(
        ["channel", "visits", "customers", "touches", "with an order", "median length"],
        [(one.channel, one.sessions, one.customers, one.touches, one.with_order, _time(one.time)) for one in found],
        "Nobody was met.",
    )


def _people(
    shop: Shop, ask: Callable[[], People], keep: str | None, after: str | None, limit: int, as_json: bool
) -> None:
    found = ask()
    if keep:
        audiences = shop.customers.audiences
        made = audiences.get(audiences.keep_list(operator(), keep, found.ids.tolist(), "journeys"))
        show_json(made) if as_json else click.echo(f"Made {made.row.key}: {len(found.ids):,} customers.")
        return
    page = found.page(after, limit)
    if as_json:
        show_json(page)
        return
    show_table(["customer"], [(one,) for one in page.rows], "Nobody.")
    click.echo(f"{page.count:,} in all" + (f", {page.left_out:,} may not be listed" if page.left_out else "") + ".")
    if page.next:
        click.echo(f"More: --after {page.next}")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _time(times: Times | None) -> str:
    """In the unit that fits."""
    if times is None:
        return ""
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if times.median >= size:
            return f"{times.median / size:.1f} {unit}"
    return f"{times.median:.0f} seconds"
