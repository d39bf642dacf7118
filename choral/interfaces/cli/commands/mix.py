"""`media`, `budget`: what advertising cost, what it brings, and how to divide the money."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import click

from choral.core.errors import InvalidInput
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import money, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.analytics.mix.values import Advice, Interval, MixResult

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("media")
def media_command() -> None:
    """Media spend: what advertising cost, of any kind."""


@media_command.command("show")
@common
def show(home: str | None, as_json: bool) -> None:
    """What each channel cost."""
    with opened(home) as shop:
        found = shop.analytics.mix.spending()
    if as_json:
        show_json(found)
        return
    rows = [(one.channel, money(one.amount, found.currency), one.lines, one.told_by) for one in found.channels]
    show_table(["channel", f"paid, {found.currency}", "lines", "known from"], rows, "No media spend yet.")
    if found.other_currencies:
        click.echo(f"Not counted: lines in {', '.join(found.other_currencies)}.")


@media_command.command("lines")
@click.option("--channel", help="Only this channel.")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def lines(channel: str | None, after: str | None, limit: int, home: str | None, as_json: bool) -> None:
    """The lines, newest first; their keys take them out again."""
    with opened(home) as shop:
        found = shop.analytics.mix.lines(channel, after, limit)
    if as_json:
        show_json({"rows": [{"key": one.key, "line": one} for one in found.rows], "next": found.next})
        return
    rows = [
        (one.key, one.channel, one.starts, one.ends, money(one.amount, one.currency), one.currency, one.campaign_id)
        for one in found.rows
    ]
    show_table(["key", "channel", "first day", "last day", "paid", "", "campaign"], rows, "No lines.")
    if found.next:
        click.echo(f"{found.count:,} in all. More: --after {found.next}")


@media_command.command("add")
@click.argument("channel")
@click.argument("amount")
@click.argument("starts", type=_DAY)
@click.argument("ends", type=_DAY, required=False)
@click.option("--currency", help="Of the amount [the shop's].")
@click.option("--campaign", default="", help="The campaign's number.")
@click.option("--region", default="", help="Where it ran.")
@common
def add(
    channel: str, amount: str, starts: datetime, ends: datetime | None, currency: str | None, campaign: str,
    region: str, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Note one line: AMOUNT in major units, spread evenly from STARTS to ENDS."""
    with opened(home) as shop:
        from choral.analytics.mix.values import SpendLine
        from choral.core.money import Money

        paid = Money.of(amount, currency or shop.analytics.as_of().currency)
        last = (ends or starts).date()
        line = SpendLine(channel, starts.date(), last, paid.minor, paid.currency, campaign, region=region)
        found = shop.connectors.spend.add(line, operator())
    if as_json:
        show_json({"key": found.key, "line": found})
        return
    click.echo(f"Noted: {found.channel}, {paid.major:,} {paid.currency}. Take it out: choral media remove {found.key}")


@media_command.command("remove")
@click.argument("key")
@common
def remove(key: str, home: str | None, as_json: bool) -> None:
    """Take one line out."""
    with opened(home) as shop:
        gone = shop.connectors.spend.remove(key, operator())
    if as_json:
        show_json({"key": gone.key, "line": gone})
        return
    click.echo(f"Taken out: {gone.channel}, {money(gone.amount, gone.currency):,} {gone.currency}, {gone.starts}.")


@click.command("budget")
@click.option("--outcome", type=click.Choice(["sales", "margin"]), default="sales", show_default=True)
@click.option("--budget", help="To divide, in major units [what is spent today].")
@click.option("--keep", type=click.FloatRange(0, 100), default=30, show_default=True, help="Move by at most, %.")
@click.option("--limit", "limits", multiple=True, metavar="CHANNEL=LEAST:MOST", help="Of one channel, major units.")
@click.option("--weeks", type=click.IntRange(4, 52), default=52, show_default=True)
@click.option("--next", "next_sum", default="1000", show_default=True, help="The next sum, in major units.")
@click.option("--margin", type=click.FloatRange(0, 100, min_open=True), help="%, where costs are not known.")
@common
def budget_command(
    outcome: Literal["sales", "margin"], budget: str | None, keep: float, limits: tuple[str, ...], weeks: int,
    next_sum: str, margin: float | None, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """What each channel brings for its money, where the next money goes, and how to divide a budget."""
    with opened(home) as shop:
        from choral.core.money import Money

        mix, currency = shop.analytics.mix, shop.analytics.as_of().currency
        minor = {name: Money.of(text, currency).minor for name, text in (("all", budget), ("next", next_sum)) if text}
        found = mix.result(outcome)
        advice = mix.advise(
            minor.get("all"), keep / 100, dict(_limit(text, currency) for text in limits), minor["next"], weeks,
            margin / 100 if margin else None, outcome,
        )  # fmt: skip
    if as_json:
        show_json({"mix": replace(found, weeks=()), "advice": advice})
        return
    if found.verdict != "ready":
        click.echo(f"No model: {found.verdict.replace('_', ' ')}.")
        return
    _show_mix(found)
    _show_advice(advice)


def _limit(text: str, currency: str) -> tuple[str, tuple[int | None, int | None]]:
    from choral.core.money import Money

    channel, sign, rest = text.partition("=")
    least, colon, most = rest.partition(":")
    if not sign or not colon:
        raise InvalidInput(
            "wrong_limit", f"“{text[:60]}” is no limit.", fix="Write radio=1000:5000, either side empty."
        )
    ends = [Money.of(one, currency).minor if one else None for one in (least, most)]
    return channel, (ends[0], ends[1])


def _show_mix(found: MixResult) -> None:
    rows = [
        (
            one.channel, money(one.spend, found.currency), *_rounded(one.contribution, found.currency),
            one.returns.low, one.returns.middle, one.returns.high, one.marginal.low, one.marginal.high,
            "cannot be told" if "assumed" in one.codes else f"nothing: {one.none:.0%}",
        )
        for one in found.channels
    ]  # fmt: skip
    heads = ["channel", f"paid, {found.currency}", "brought, low", "middle", "high", "back for 1, low", "middle",
             "high", "for the next 1, low", "high", "verdict"]  # fmt: skip
    show_table(heads, rows, "No channels.")
    click.echo(
        f"A correlation over {len(found.weeks)} weeks with 95 % intervals; {found.experiments} held by experiments."
    )


def _show_advice(advice: Advice) -> None:
    said = {"one": "best", "several": "cannot be told from others", "unsure": "may not pay back"}
    facts: list[tuple[str, object]] = [
        (f"next {money(advice.next_sum, advice.currency):,} in {one.channel}",
         f"{one.returns.low:.2f} to {one.returns.high:.2f} for each 1; best with a chance of {one.best:.0%}")
        for one in advice.steps[:5]
    ]  # fmt: skip
    show_facts([*facts, ("the first of these", said.get(advice.next_verdict, ""))])
    rows = [
        (
            one.channel,
            money(one.now, advice.currency),
            money(one.then, advice.currency),
            *_rounded(one.gain, advice.currency),
        )
        for one in advice.moves
    ]
    show_table(["channel", "now", "then", "gain, low", "middle", "high"], rows, "Nothing to divide.")
    if advice.gain:
        low, middle, high = _rounded(advice.profit or advice.gain, advice.currency)
        what = "profit" if advice.profit else advice.outcome
        click.echo(f"{advice.verdict}: {what} {low:,} to {high:,} (middle {middle:,}) in {advice.weeks} weeks.")


def _rounded(found: Interval, currency: str) -> tuple[float, float, float]:
    from choral.core.money import minor_digits

    low, middle, high = (round(value / 10 ** minor_digits(currency)) for value in (found.low, found.middle, found.high))
    return low, middle, high
