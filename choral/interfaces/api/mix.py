"""Media spend and the media mix: what was paid, what it brought, how to divide a budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router

from choral.analytics.mix.values import (
    Advice,
    CampaignReturn,
    Curve,
    MixResult,
    Outcome,
    Spending,
    SpendLine,
    SpendPage,
)  # fmt: skip
from choral.core.errors import InvalidInput
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Limit

router = Router(tags=["Media mix"])
Name = Annotated[str, Field(max_length=120)]


class NewLine(Strict):
    """What was paid for media; the amount in minor units, in all, spread evenly from the first to the last day."""

    channel: str = Field(min_length=1, max_length=40, description="Such as television, radio, print, post, social.")
    starts: date
    ends: date | None = Field(None, description="Included; the first day when not said.")
    amount: int = Field(ge=0, description="Minor units.")
    currency: str | None = Field(None, pattern="^[A-Z]{3}$", description="The shop's when not said.")
    campaign_id: Name = ""
    creative: Name = ""
    region: Name = ""
    impressions: int | None = Field(None, ge=0)
    clicks: int | None = Field(None, ge=0)


@dataclass(frozen=True)
class LineShown:
    """A line and the key that takes it out again."""

    key: str
    line: SpendLine


@dataclass(frozen=True)
class CurvePage:
    """How each channel answers to money."""

    rows: tuple[Curve, ...]
    next: str | None


@dataclass(frozen=True)
class ReturnPage:
    """Campaigns with a known cost, and whether they were worth it."""

    rows: tuple[CampaignReturn, ...]
    next: str | None


@reads(router, "/media/spend", "analytics.view", Spending)
def get_spending(request: HttpRequest) -> Spending:
    """What media cost, by channel and week (weeks begin on Mondays)."""
    return shop().analytics.mix.spending()


@reads(router, "/media/lines", "analytics.view", SpendPage)
def list_spend_lines(
    request: HttpRequest, channel: Annotated[str | None, Query(max_length=40)] = None, after: Cursor = None,
    limit: Limit = 50,
) -> SpendPage:  # fmt: skip
    """The lines of the media plan, newest first."""
    return shop().analytics.mix.lines(channel, after, limit)


@writes(router, "POST", "/media/lines", "imports.manage", LineShown, status=201, beside=True)
def add_spend_line(request: HttpRequest, line: NewLine) -> LineShown:
    """Note one line; 409 when there is one of the same channel, campaign, creative, region and first day."""
    said = line.dict() | {"ends": line.ends or line.starts}
    said["currency"] = line.currency or shop().analytics.as_of().currency
    found = shop().connectors.spend.add(SpendLine(**said), who(request).actor)
    return LineShown(found.key, found)


@writes(router, "DELETE", "/media/lines/{key}", "imports.manage", LineShown, beside=True)
def remove_spend_line(request: HttpRequest, key: str) -> LineShown:
    """Take one line out; the answer is the line as it was, to note it again."""
    found = shop().connectors.spend.remove(key, who(request).actor)
    return LineShown(found.key, found)


@reads(router, "/media/mix", "analytics.view", MixResult)
def get_media_mix(request: HttpRequest, outcome: Outcome = "sales") -> MixResult:
    """Where sales (or margin) came from by the media mix model, with 95 % intervals, or why there is no model."""
    return shop().analytics.mix.result(outcome)


@reads(router, "/media/curves", "analytics.view", CurvePage)
def list_response_curves(request: HttpRequest, outcome: Outcome = "sales") -> CurvePage:
    """How each channel answers to money, over a plan of up to 52 weeks like its last."""
    return CurvePage(shop().analytics.mix.curves(outcome), None)


@reads(router, "/media/advice", "analytics.view", Advice)
def get_budget_advice(
    request: HttpRequest,
    budget: Annotated[int | None, Query(ge=0, description="Minor units; what is spent today when not said.")] = None,
    keep: Annotated[float, Query(ge=0, le=1, description="0.3: move each channel by at most 30 %.")] = 0.3,
    limits: Annotated[list[str] | None, Query(description="channel:least:most in minor units, either empty.")] = None,
    next_sum: Annotated[int, Query(ge=1, description="Minor units.")] = 100_000,
    weeks: Annotated[int, Query(ge=4, le=52)] = 52,
    margin: Annotated[float | None, Query(gt=0, le=1, description="Used where costs are not known.")] = None,
    outcome: Outcome = "sales",
) -> Advice:
    """How to divide a budget, and where the next sum would go; says so when nobody can know yet."""
    bounds = dict(_limit(text) for text in limits or ())
    return shop().analytics.mix.advise(budget, keep, bounds, next_sum, weeks, margin, outcome)


@reads(router, "/media/campaigns", "analytics.view", ReturnPage)
def list_campaign_returns(request: HttpRequest) -> ReturnPage:
    """Campaigns whose cost is known: what they brought, what they cost, what is left, with intervals."""
    return ReturnPage(shop().analytics.mix.campaign_returns(), None)


def _limit(text: str) -> tuple[str, tuple[int | None, int | None]]:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() or not part for part in parts[1:]):
        raise InvalidInput(
            "wrong_limit", f"“{text[:60]}” is no limit.", fix="Write it as channel:least:most, such as radio:10000:.",
            status=422,
        )  # fmt: skip
    least, most = (int(part) if part else None for part in parts[1:])
    return parts[0], (least, most)
