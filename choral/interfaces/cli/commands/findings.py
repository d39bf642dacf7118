"""`findings`, `why`: what changed, and what a change is made of."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import money, show_json, show_table

if TYPE_CHECKING:
    from choral.analytics.findings.values import Cause, Why

_DAY = click.DateTime(["%Y-%m-%d"])
_METRICS = ("sales", "orders", "average", "discount_share", "recognised", "customers")
_SLICES = ("channel", "store", "department", "product", "kind", "segment")


@click.command("findings")
@click.option("--language", type=click.Choice(["en", "fr", "it"]), default="en", show_default=True)
@click.option("--text", "as_text", is_flag=True, help="As a letter, with the evidence.")
@click.option("--said", is_flag=True, help="What was told and when.")
@click.option("--put-away", "away", metavar="KEY", help="Tell this one no more, until it gets worse.")
@click.option("--bring-back", "back", metavar="KEY", help="Tell this one again.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def findings_command(
    language: str, as_text: bool, said: bool, away: str | None, back: str | None, limit: int,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """What changed and what is worth doing, worth most first, with false alarms held at 5 %."""
    with opened(home) as shop:
        from choral.analytics.findings import sentences

        room = shop.analytics.findings
        if away:
            room.put_away(operator(), away)
        if back:
            room.bring_back(operator(), back)
        if said:
            told = room.said(limit)
            show_json(told) if as_json else show_table(
                ["told", "up to", "what"], [(_at(one.said_at), one.until, one.text) for one in told], "Nothing yet."
            )
            return
        if as_text:
            click.echo(room.text(language, limit), nl=False)
            return
        found = room.all()
    if as_json:
        show_json(found)
        return
    show_table(
        ["key", found.currency, "what"],
        [
            (one.key, money(one.money, found.currency), sentences.headline(one, language, found.currency))
            for one in found.rows[:limit]
        ],
        "Nothing out of the ordinary.",
    )
    click.echo(
        f"{found.looked_at:,} series looked at up to {found.until}, {found.left_out:,} left out (too few);"
        f" {len(found.put_away)} put away."
    )


@click.command("why")
@click.argument("metric", type=click.Choice(_METRICS), default="sales")
@click.option("--by", type=click.Choice(_SLICES), default="channel", show_default=True)
@click.option("--since", type=_DAY, help="First day [the last complete week's].")
@click.option("--until", type=_DAY, help="Last day, included.")
@click.option("--before-since", type=_DAY, help="First day it is compared with [just before].")
@click.option("--before-until", type=_DAY, help="Last day it is compared with.")
@common
def why_command(
    metric: Any, by: Any, since: datetime | None, until: datetime | None, before_since: datetime | None,
    before_until: datetime | None, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Why a figure differs between two periods; the parts sum to the change, money to the cent."""
    with opened(home) as shop:
        days = [_day(one) for one in (since, until, before_since, before_until)]
        found = shop.analytics.findings.why(metric, by, *days)
    if as_json:
        show_json(found)
        return
    click.echo(
        f"{found.metric}: {_shown(found.before, found)} ({found.before_since} to {found.before_until}) to "
        f"{_shown(found.after, found)} ({found.since} to {found.until})"
    )
    for title, causes in (("factor", found.drivers), ("customers", found.bridge), (found.by, found.parts)):
        if causes:
            columns = [title, "before", "after", "effect"]
            more = [name for name in ("volume", "mix", "rate") if getattr(causes[0], name) is not None]
            show_table([*columns, *more], [_cause(one, found, title == "factor", more) for one in causes], "")


def _cause(one: Cause, found: Why, factor: bool, more: list[str]) -> tuple[object, ...]:
    sides = [one.before, one.after] if factor else [_shown(one.before, found), _shown(one.after, found)]
    rounded = [round(side, 3) if isinstance(side, float) else side for side in sides]
    parts = [_shown(getattr(one, name), found) for name in more]
    name = {"*": "(others)", "": "(none)"}.get(one.key, one.name or one.key)
    return name, *rounded, _shown(one.effect, found), *parts


def _shown(value: float | None, found: Why) -> object:
    if value is None:
        return None
    if found.unit == "money":
        return money(round(value), found.currency)
    return round(100 * value, 2) if found.unit == "share" else round(value, 3)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _at(microseconds: int) -> str:
    from choral.core.clock import to_datetime

    return to_datetime(microseconds).strftime("%Y-%m-%d %H:%M")
