"""`sales`, `campaigns`, `rfm`, `sql`: the figures of the console in the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import click

from choral.interfaces.cli.command import common, opened
from choral.interfaces.cli.output import money, show_facts, show_json, show_table

if TYPE_CHECKING:
    from datetime import date

    from choral.analytics.values import Campaign, CampaignRow, Effect, ReachedPage, Sales

_PROOF = {
    "randomised": "Causal: who got it was drawn by lot; the comparison is only beside it.",
    "comparison": "A comparison of alike customers, not an experiment: nobody drew lots.",
    "none": "No evidence of a cause: sales that go along with it may have come anyway.",
}
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("sales")
@click.option("--by", type=click.Choice(["day", "week", "month"]), default="month", show_default=True)
@click.option("--split", type=click.Choice(["channel", "store", "department"]), help="One series each.")
@click.option("--since", type=_DAY, help="First day.")
@click.option("--until", type=_DAY, help="Last day, included.")
@click.option("--channel", help="Only this channel.")
@click.option("--store", help="Only this store (id).")
@click.option("--department", help="Only this department.")
@common
def sales_command(
    by: Literal["day", "week", "month"], split: Literal["channel", "store", "department"] | None,
    since: datetime | None, until: datetime | None, channel: str | None, store: str | None, department: str | None,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Net sales over time, by channel, store or department."""
    with opened(home) as shop:
        from choral.analytics.values import Choice

        choice = Choice(_day(since), _day(until), channel=channel, store=store, department=department)
        found = shop.analytics.sales(by, split, choice)
    if as_json:
        show_json(found)
        return
    names = [series.name or series.key or "(none)" for series in found.series] if split else []
    show_table(
        ["from", *names, f"total, {found.currency}"],
        [_period(found, index) for index in range(len(found.periods))],
        "No sales yet.",
    )
    click.echo(f"{found.total.orders:,} orders, {money(found.total.amount, found.currency):,} {found.currency}")
    if found.other_currencies:
        click.echo(f"Not counted: orders in {', '.join(found.other_currencies)}.")


@click.command("campaigns")
@click.argument("campaign_id", required=False)
@click.option("--customers", is_flag=True, help="The customers who got CAMPAIGN_ID.")
@click.option("--redeemed", is_flag=True, help="Those who redeemed a coupon of it.")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def campaigns_command(
    campaign_id: str | None, customers: bool, redeemed: bool, after: str | None, limit: int,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """What each campaign brought against comparable customers; with CAMPAIGN_ID, one of them in full."""
    with opened(home) as shop:
        if campaign_id is not None and (customers or redeemed):
            page = shop.analytics.reached(campaign_id, redeemed, after, limit)
            show_json(page) if as_json else _show_reached(page, shop.analytics.as_of().currency)
            return
        if campaign_id is not None:
            one = shop.analytics.campaign(campaign_id)
            show_json(one) if as_json else _show_campaign(one)
            return
        found = shop.analytics.campaigns()
        currency = shop.analytics.as_of().currency
    if as_json:
        show_json(found)
        return
    show_table(
        ["id", "name", "kind", "starts", "reached", "redeemed", f"each, {currency}", "low", "high", "verdict", "proof"],
        [_campaign(row, currency) for row in found],
        "No campaigns yet.",
    )


@click.command("rfm")
@click.option("--segment", help="The customers of one segment.")
@click.option("--slipping", is_flag=True, help="Whose silence is long for them, most value at risk first.")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def rfm_command(
    segment: str | None, slipping: bool, after: str | None, limit: int, home: str | None, as_json: bool
) -> None:
    """Customers by recency, frequency and value: the segments, one segment, or who slips away."""
    with opened(home) as shop:
        analytics = shop.analytics
        currency = analytics.as_of().currency
        found = (
            analytics.slipping(after, limit) if slipping
            else analytics.rfm_customers(segment, None, after, limit) if segment
            else analytics.rfm()
        )  # fmt: skip
    if as_json:
        show_json(found)
        return
    from choral.analytics.values import Rfm, RfmPage

    if isinstance(found, Rfm):
        show_table(
            ["segment", "customers", "% of them", currency, "% of it"],
            [
                (s.key, s.customers, 100 * s.share_of_customers, money(s.amount, currency), 100 * s.share_of_amount)
                for s in found.segments
            ],
            "Nobody has ordered yet.",
        )
        return
    if isinstance(found, RfmPage):
        columns = ["customer", "known as", "days since", "orders", currency, "segment"]
        rows: list[tuple[object, ...]] = [
            (r.customer, r.identifier, r.recency_days, r.orders, money(r.amount, currency), r.segment)
            for r in found.rows
        ]
    else:
        columns = ["customer", "known as", "days silent", "usual gap", "orders", f"at risk, {currency}"]
        rows = [
            (s.customer, s.identifier, s.silence_days, s.usual_gap, s.orders, money(s.at_risk, currency))
            for s in found.rows
        ]
    show_table(columns, rows, "Nobody.")
    if found.next:
        click.echo(f"{found.count:,} in all. More: --after {found.next}")


@click.command("sql")
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=1_000, show_default=True, help="Rows at most.")
@common
def sql_command(query: str, limit: int, home: str | None, as_json: bool) -> None:
    """Ask the shop's tables in SQL: one SELECT, read only, e.g. "select channel, count(*) from orders group by 1"."""
    with opened(home) as shop:
        found = shop.analytics.sql(query, most=limit).to_arrow()
    rows = found.to_pylist()
    if as_json:
        show_json(rows)
        return
    show_table(found.column_names, [tuple(row.values()) for row in rows], "No rows.")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _period(found: Sales, index: int) -> tuple[object, ...]:
    amounts = [series.amounts[index] for series in found.series]
    shown = (*amounts, sum(amounts)) if found.split else (sum(amounts),)
    return found.periods[index].start, *(money(one, found.currency) for one in shown)


def _campaign(row: CampaignRow, currency: str) -> tuple[object, ...]:
    return (
        row.id,
        row.name,
        row.kind,
        row.starts,
        row.reached,
        row.redemptions,
        *_interval(row.effect, currency),
        (_words(row)),
        row.causality,
    )


def _show_reached(page: ReachedPage, currency: str) -> None:
    show_table(
        ["customer", "known as", "first got it", "times", "redeemed", "orders", currency],
        [
            (r.customer, r.identifier, r.first_day, r.times, r.redemptions, r.orders, money(r.amount, currency))
            for r in page.rows
        ],
        "Nobody.",
    )
    if page.next:
        click.echo(f"{page.count:,} in all. More: --after {page.next}")


def _interval(effect: Effect | None, currency: str) -> tuple[object, object, object]:
    if effect is None:
        return None, None, None
    return money(effect.per_customer, currency), money(effect.low, currency), money(effect.high, currency)


def _words(row: CampaignRow) -> str:
    said = {
        "brought": "brought sales", "cost": "cost sales", "no_effect_shown": "no effect shown",
        "not_comparable": "not comparable", "too_few": "too few to compare", "no_history": "no history before it",
        "not_started": "not started",
    }  # fmt: skip
    return " ".join([said.get(row.verdict.code, row.verdict.code), row.verdict.reason and f"({row.verdict.reason})"])


def _show_campaign(one: Campaign) -> None:
    row, currency = one.row, one.currency
    facts: list[tuple[str, object]] = [
        ("campaign", f"{row.name} ({row.id}), {row.kind}, {row.channel}, {row.starts} to {row.ends}"),
        ("reached", row.reached),
        ("coupons redeemed", f"{row.redemptions:,} by {row.redeemers:,}"),
        ("compared", f"{one.measured:,} with {one.others:,} (worth {one.effective:,})"),
        ("verdict", _words(row)),
    ]
    for name, effect in (("effect", row.effect), ("placebo before", one.placebo.effect if one.placebo else None)):
        if effect:
            middle, low, high = _interval(effect, currency)
            facts.append((f"{name}, {currency} each", f"{middle:,} (95 % interval {low:,} to {high:,})"))
            facts.append((f"{name}, {currency} in all", f"{money(effect.total, currency):,}"))
    show_facts(facts)
    for test in row.tests:
        shown = [money(round(x), currency) if test.unit == "money" else x for x in (test.effect, test.low, test.high)]
        click.echo(f"Randomised test {test.name} ({test.experiment}): {shown[0]} each ({shown[1]} to {shown[2]}).")
    click.echo(_PROOF[row.causality])
    rows = [(b.key, b.reached, b.weighted, b.difference, b.difference_weighted) for b in one.balance]
    show_table(["known before", "reached", "comparison", "difference", "after weighting"], rows, "")
