"""What each campaign brought, against customers who were alike before it and did not get it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import Balance, Campaign, CampaignRow
from choral.core.money import Money
from choral.interfaces.web import formats, verdicts
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.mix import worth
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Cell, Column, Empty, Row, Table
from choral.shop import current_shop

NAVIGATION = [Entry("measure", 30, _("Campaigns"), "campaigns", "analytics.view", "campaigns", go="p")]
_BALANCED = 0.1
_TABLE = Table(
    key="campaigns",
    columns=(
        Column("name", _("Campaign")),
        Column("starts", _("Starts"), "day", sortable=True),
        Column("ends", _("Ends"), "day", shown=False),
        Column("channel", _("Channel"), shown=False),
        Column("reached", _("Reached"), "number", sortable=True, explain=_("Customers who got it.")),
        Column("redeemers", _("Redeemed"), "number", sortable=True, explain=_("Customers who used a coupon of it.")),
        Column("verdict", _("Verdict"),
               explain=_("Whether lots were drawn about who got it, customers alike were compared, or neither.")),
        Column("effect", _("Per customer"), "money", sortable=True,
               explain=_("Extra sales for each customer reached, against customers alike before it.")),
        Column("total", _("In total"), "money", sortable=True),
        Column("cost", _("Cost"), "money", sortable=True, explain=_("As its spend says, or its messages themselves.")),
    ),
    sort="-starts",
    caption=_("Campaigns"),
)  # fmt: skip
_BALANCE = Table(
    key="balance",
    columns=(
        Column("key", _("Known before it")),
        Column("reached", _("Got it"), "number"),
        Column("others", _("Others, as they are"), "number"),
        Column("weighted", _("Others, weighted"), "number"),
        Column("difference", _("Difference before"), "number"),
        Column("difference_weighted", _("Difference left"), "number",
               explain=_("In standard deviations; below 0.1 is called balanced.")),
    ),
    caption=_("How comparable the two groups are"),
)  # fmt: skip


@page("analytics.view")
def campaigns(request: HttpRequest) -> HttpResponseBase:
    analytics = current_shop().analytics
    currency = analytics.as_of().currency
    asked = _TABLE.read(request)
    costs = analytics.mix.campaign_costs()
    found = sorted(
        analytics.campaigns(), key=lambda one: _order(one, asked.sort, costs.get(one.id)), reverse=asked.descending
    )
    rows = [_row(one, currency, costs.get(one.id)) for one in found]
    if asked.export:
        return asked.csv(rows, "campaigns")
    nothing = Empty(
        _("No campaigns yet"),
        _("Once you know which customers got a mailing or a message, this page says what it really brought."),
        reverse("imports"), _("Import a file"), "campaigns",
    )  # fmt: skip
    view = asked.show(rows, total=len(rows), empty=nothing)
    return render(
        request, "measure/campaigns.html", {"table": view, "chart": _forest(found, currency), "any": bool(found)}
    )


@page("analytics.view")
def campaign(request: HttpRequest, campaign_id: str) -> HttpResponse:
    found = current_shop().analytics.campaign(campaign_id)
    row = found.row
    return render(
        request,
        "measure/campaign.html",
        {
            "campaign": found, "row": row, "channel": channel_name(row.channel), "verdict": verdicts.short(row),
            "proof": verdicts.proof(row), "proof_tone": verdicts.proof_tone(row),
            "proof_sentence": verdicts.proof_sentence(row), "tests": verdicts.tests(row, found.currency),
            "studies": [one for one in current_shop().analytics.geo.studies() if one.question.campaign_id == row.id],
            "worth": worth.card(row, found.currency, asker_of(request).may("imports.manage")),
            "tone": verdicts.tone(row), "sentence": verdicts.sentence(row, found.currency),
            "stats": _reach_stats(found), "effects": _effect_stats(found),
            "effect": _effect_chart(found), "weeks": _weeks(found), "love": _love(found),
            "balance": _BALANCE.read(request).show([_balance_row(one) for one in found.balance]),
            "placebo": _placebo(found), "balanced": all(abs(b.difference_weighted) < _BALANCED for b in found.balance),
            "coupon_sales": Money(found.coupon_sales, found.currency),
        },
    )  # fmt: skip


def _order(one: CampaignRow, key: str, cost: int | None) -> tuple[bool, float, str]:
    effect = one.effect
    values: dict[str, float | None] = {
        "starts": one.starts.toordinal(), "reached": one.reached, "redeemers": one.redeemers,
        "effect": effect.per_customer if effect else None, "total": effect.total if effect else None,
        "cost": cost,
    }  # fmt: skip
    value = values.get(key)
    return value is not None, value or 0, one.id


def _row(one: CampaignRow, currency: str, cost: int | None) -> Row:
    effect, customers = one.effect, reverse("campaign-customers", args=[one.id])
    cells: dict[str, object] = {
        "name": Cell(one.name or one.id, note=one.kind), "starts": one.starts, "ends": one.ends,
        "channel": channel_name(one.channel), "reached": Cell(one.reached, href=customers),
        "redeemers": Cell(one.redeemers, href=f"{customers}?redeemed=yes"),
        "verdict": Cell(verdicts.short(one), tone=verdicts.tone(one), note=verdicts.proof(one)),
        "cost": None if cost is None else Money(cost, currency),
    }  # fmt: skip
    if effect:
        cells |= {
            "effect": Cell(
                Money(effect.per_customer, currency), note=verdicts.range_text(effect.low, effect.high, currency)
            ),
            "total": Money(effect.total, currency),
        }  # fmt: skip
    return Row(one.id, cells, href=reverse("campaign", args=[one.id]))


def _forest(found: list[CampaignRow], currency: str) -> Chart:
    shown = [(one, one.effect) for one in found if one.effect and one.verdict.code != "not_comparable"]
    line = Series(
        _("Extra sales per customer"),
        [effect.per_customer for _one, effect in shown],
        low=[effect.low for _one, effect in shown],
        high=[effect.high for _one, effect in shown],
    )
    return Chart(
        _("Extra sales per customer reached, with 95 % intervals"), "interval", "money",
        [one.name or one.id for one, _effect in shown], [line], currency, axis=_("Campaign"), height="tall",
    )  # fmt: skip


def _effect_stats(found: Campaign) -> list[Stat]:
    row, effect = found.row, found.row.effect
    if effect is None:
        return []
    return [
            Stat(_("Per customer"), formats.money(Money(effect.per_customer, found.currency)), effect.relative,
                 good="up" if row.verdict.code in ("brought", "cost") else "none",
                 note=verdicts.range_text(effect.low, effect.high, found.currency),
                 explain=_("Extra net sales for each customer measured, with its 95 % interval; the share is of what "
                           "they would have spent without it.")),
            Stat(_("In total"), formats.compact_money(Money(effect.total, found.currency)),
                 note=verdicts.range_text(effect.total_low, effect.total_high, found.currency),
                 explain=_("The same for all customers measured. The cost of the campaign is not taken off.")),
    ]  # fmt: skip


def _reach_stats(found: Campaign) -> list[Stat]:
    row, customers = found.row, reverse("campaign-customers", args=[found.row.id])
    return [
        Stat(_("Reached"), formats.number(row.reached), good="none", href=customers,
             note=_("%(count)s measured") % {"count": formats.number(found.measured)},
             explain=_("Customers who got it. Measured are those who had bought before it.")),
        Stat(_("Coupons redeemed"), formats.number(row.redemptions), good="none", href=f"{customers}?redeemed=yes",
             note=_("by %(count)s customers") % {"count": formats.number(row.redeemers)},
             explain=_("How often coupons of this campaign were used, whoever used them.")),
    ]  # fmt: skip


def _effect_chart(found: Campaign) -> Chart | None:
    effect = found.row.effect
    if effect is None:
        return None
    labels: list[str | Promise] = [_("Effect")]
    values, low, high = [effect.per_customer], [effect.low], [effect.high]
    if found.placebo:
        labels.append(_("Placebo"))
        values.append(found.placebo.effect.per_customer)
        low.append(found.placebo.effect.low)
        high.append(found.placebo.effect.high)
    return Chart(
        _("Effect per customer beside the placebo"), "interval", "money", labels,
        [Series(_("Per customer"), values, low=low, high=high)], found.currency, axis=_("Measure"), height="small",
    )  # fmt: skip


def _weeks(found: Campaign) -> Chart:
    weeks = found.weeks
    return Chart(
        _("Sales per customer, week by week"), "line", "money",
        [_("Week %(number)s") % {"number": one.index} for one in weeks],
        [
            Series(_("Got it"), [one.reached for one in weeks]),
            Series(_("Comparison"), [one.comparison for one in weeks], dashed=True),
        ],
        found.currency, axis=_("Week"), incomplete=[at for at, one in enumerate(weeks) if one.days < 7],
    )  # fmt: skip


def _love(found: Campaign) -> Chart:
    return Chart(
        _("Differences before and after weighting"), "dots", "number", [_known(one.key) for one in found.balance],
        [
            Series(_("As they are"), [abs(one.difference) for one in found.balance], rest=True),
            Series(_("Weighted"), [abs(one.difference_weighted) for one in found.balance]),
        ],
        axis=_("Known before it"), height="tall",
    )  # fmt: skip


def _balance_row(one: Balance) -> Row:
    left = abs(one.difference_weighted) < _BALANCED
    return Row(
        one.key,
        {
            "key": _known(one.key), "reached": one.reached, "others": one.others, "weighted": one.weighted,
            "difference": round(one.difference, 2),
            "difference_weighted": Cell(round(one.difference_weighted, 2), tone="good" if left else "warn"),
        },
    )  # fmt: skip


def _placebo(found: Campaign) -> dict[str, object] | None:
    placebo = found.placebo
    if placebo is None:
        return None
    return {
        "passed": placebo.passed, "since": placebo.since, "until": placebo.until,
        "each": Money(placebo.effect.per_customer, found.currency),
        "range": verdicts.range_text(placebo.effect.low, placebo.effect.high, found.currency),
    }  # fmt: skip


def _known(key: str) -> str | Promise:
    """What a thing known before the campaign is called."""
    kind, _colon, value = key.partition(":")
    if kind == "store":
        return _("Store %(id)s") % {"id": value}
    return _KNOWN.get(key, key.replace("_", " ").capitalize())


_KNOWN: dict[str, str | Promise] = {
    "recency": _("Days since the last order"),
    "tenure": _("Days since the first order"),
    "days_28": _("Days with orders, last 4 weeks"),
    "days_84": _("Days with orders, last 12 weeks"),
    "days_all": _("Days with orders, ever"),
    "stores": _("Stores used"),
    "campaigns": _("Earlier campaigns got"),
    "campaigns_42": _("Campaigns got, last 6 weeks"),
    "coupons": _("Coupons redeemed"),
    "spent_14": _("Spent in the last 2 weeks"),
    "spent_28": _("Spent 2 to 4 weeks before"),
    "spent_56": _("Spent 4 to 8 weeks before"),
    "spent_84": _("Spent 8 to 12 weeks before"),
    "spent_before": _("Spent before that"),
    "spent_all": _("Spent in all"),
    "discount": _("Discounts taken"),
}

urlpatterns = [
    path("measure/campaigns", campaigns, name="campaigns"),
    path("measure/campaigns/<str:campaign_id>", campaign, name="campaign"),
]
