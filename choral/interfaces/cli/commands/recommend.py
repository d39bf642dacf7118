"""`recommend`: what to show to a customer, the next best offer, the rules over both, and how good the models are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, money, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.customers.recommend.values import Judged

_MEASURES = ("hit_rate", "recall", "ndcg", "precision")


@click.group("recommend")
def recommend_command() -> None:
    """What to show to a customer: products, coupons, rules, and how good the models are."""


@recommend_command.command("for")
@click.argument("identifier")
@click.option("--place", type=click.Choice(["till", "web", "app", "agent"]), default="till", show_default=True)
@click.option("--store", default="", help="Where it must be in stock.")
@click.option("--kind", type=click.Choice(["for_you", "again", "new", "together", "popular"]), default="for_you")
@click.option("--basket", default="", help="Product ids of the open basket, by commas.")
@click.option("--language", type=click.Choice(["en", "fr", "it"]), default="en")
@click.option("--n", "count", type=click.IntRange(1, 100), default=10, show_default=True)
@common
def for_customer(
    identifier: str, place: str, store: str, kind: str, basket: str, language: str, count: int,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Products for a customer (card:8812, an e-mail, a telephone), each with its reason."""
    with opened(home) as shop:
        _, ids = shop.customers.identifiers(identifier)
        products = [one for one in basket.split(",") if one]
        found = shop.customers.recommend.for_person(ids, place, store, count, kind, products, language)
        currency = shop.home.currency
    if as_json:
        show_json(found)
        return
    show_table(
        ["product", "name", "kind", "why", "chance", currency],
        [
            (r.product_id, r.name, r.kind, r.reason.text, _share(r.probability), money(r.price, currency))
            for r in found.rows
        ],
        "Nothing was learnt yet: the worker learns when purchases are in the lake.",
    )
    if found.why_not_personal:
        click.echo(f"Not personal: {found.why_not_personal}.")


@recommend_command.command("offers")
@click.argument("identifier")
@click.option("--n", "count", type=click.IntRange(1, 100), default=5, show_default=True)
@common
def offers(identifier: str, count: int, home: str | None, as_json: bool) -> None:
    """The coupons that run now, the best for this customer first."""
    with opened(home) as shop:
        found = shop.customers.recommend.offers(shop.customers.identifiers(identifier)[1], count)
        currency = shop.home.currency
    if as_json:
        show_json(found)
        return
    show_table(
        ["coupon", "campaign", "until", "sent", f"expected {currency}", "likeliest"],
        [
            (o.coupon_id, o.campaign, o.ends, o.received, money(o.expected, currency), ", ".join(o.products))
            for o in found.rows
        ],
        "No coupon runs today.",
    )


@recommend_command.command("train")
@common
def train(home: str | None, as_json: bool) -> None:
    """Learn now from what is in the lake (the worker does it by itself)."""
    with opened(home) as shop:
        customers = shop.customers
        customers.purchases.refresh()
        customers.recommend.train(customers.identity_map(), customers.identity_version())
        found = customers.recommend.training()
    if as_json:
        show_json(found)
        return
    click.echo(f"Learnt from {found.lines:,} lines of {found.customers:,} customers in {found.seconds:.1f} s.")


@recommend_command.command("quality")
@common
def quality(home: str | None, as_json: bool) -> None:
    """How well the models foretold the last four weeks, beside what is merely popular."""
    with opened(home) as shop:
        found = shop.customers.recommend.training()
        zone = shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_facts(
        [
            ("learnt", moment(found.learnt_at, zone)),
            ("from lines", found.lines),
            ("customers", found.customers),
            ("judged on four weeks from", found.judged_from),
        ]
    )
    show_table(
        ["model", "products", "customers", *_MEASURES],
        [_row(one) for one in found.rows if one.activity == "all"],
        "Nothing was judged yet: that takes eight weeks of purchases.",
    )


@recommend_command.command("rules")
@common
def rules(home: str | None, as_json: bool) -> None:
    """The rules that were set."""
    with opened(home) as shop:
        found = shop.customers.recommend.rule_rows()
        zone = shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["rule", "about", "value", "since", "by"],
        [(r.kind, r.subject, r.value, moment(r.at, zone), r.actor) for r in found],
        "None: everything is as it comes.",
    )


@recommend_command.command("set")
@click.argument("kind")
@click.option("--about", default="", help="A product or a department, where the rule needs one.")
@click.option("--value", default="", help="A number, or consent, opt_out, off for `basis`.")
@common
def set_(kind: str, about: str, value: str, home: str | None, as_json: bool) -> None:
    """Set a rule: block_product, block_department, margin, least_margin, least_stock, category_cap, not_again_days,
    new_share, basis."""
    with opened(home):
        from choral.books import act
        from choral.customers.recommend.actions import set_rule

        before = act(set_rule, operator(), kind, about, value)
    if as_json:
        show_json({"kind": kind, "subject": about, "value": value, "before": before})
        return
    click.echo(f"Set{f' (it was {before})' if before else ''}.")


@recommend_command.command("unset")
@click.argument("kind")
@click.option("--about", default="", help="A product or a department, where the rule has one.")
@common
def unset(kind: str, about: str, home: str | None, as_json: bool) -> None:
    """Take a rule back."""
    with opened(home):
        from choral.books import act
        from choral.customers.recommend.actions import remove_rule

        there = act(remove_rule, operator(), kind, about)
    if as_json:
        show_json({"kind": kind, "subject": about, "removed": there})
        return
    click.echo("Taken back." if there else "There was no such rule.")


def _row(one: Judged) -> tuple[object, ...]:
    intervals = [getattr(one, name) for name in _MEASURES]
    return one.model, one.task, one.customers, *(f"{i.value:.3f} ({i.low:.3f} to {i.high:.3f})" for i in intervals)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"
