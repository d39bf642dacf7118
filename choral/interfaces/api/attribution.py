"""Attribution: whom orders are credited to by several models, the lines behind a figure, and visits before orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from choral.analytics.attribution.values import (
    Credits,
    Dimension,
    Influence,
    Line,
    LinePage,
    Model,
    Question,
    Value,
    Who,
)  # fmt: skip
from choral.interfaces.api.operations import reads, shop
from choral.interfaces.api.pages import Cursor, Limit

router = Router(tags=["Attribution"])
Place = Literal["store", "web"]


class AttributionIn(Schema):
    """What is asked. Days are the shop's, both included; without them all days."""

    since: date | None = None
    until: date | None = None
    by: Dimension = "channel"
    value: Value = "sales"
    order: Annotated[int, Query(ge=1, le=4, description="Steps the Markov chain remembers.")] = 1
    lookback: Annotated[int, Query(ge=1, le=365, description="Days a touch may lie before an order.")] = 30
    half_life: Annotated[float, Query(ge=0.01, le=365, description="Days, of the time decay model.")] = 7.0
    who: Who = "all"
    audience: Annotated[str | None, Query(max_length=120)] = None

    def question(self) -> Question:
        return Question(
            self.since, self.until, self.by, self.value, self.order, self.lookback, half_life=self.half_life,
            who=self.who, audience=self.audience,
        )  # fmt: skip


@dataclass(frozen=True)
class OrderCredit:
    """The touches of one order with what each gets."""

    rows: tuple[Line, ...]
    next: str | None


@reads(router, "/attribution", "analytics.view", Credits)
def get_attribution(request: HttpRequest, asked: Query[AttributionIn]) -> Credits:
    """All models side by side with 95 % intervals, cost and return. A correlation, but where `measured` says causal."""
    return shop().analytics.attribution.credits(asked.question())


@reads(router, "/attribution/lines", "analytics.view", LinePage)
def list_credit_lines(
    request: HttpRequest, asked: Query[AttributionIn], model: Model = "linear",
    key: Annotated[str | None, Query(max_length=120, description="Only of this label.")] = None,
    after: Cursor = None, limit: Limit = 50,
) -> LinePage:  # fmt: skip
    """The credit lines behind a figure, latest order first; they sum to it to the cent."""
    return shop().analytics.attribution.lines(model, asked.question(), key, after, limit)


@reads(router, "/attribution/orders/{order}", "analytics.view", OrderCredit)
def get_order_credit(
    request: HttpRequest, order: str, model: Model = "linear", by: Dimension = "channel"
) -> OrderCredit:
    """Who sold this? Every touch of one order (its number, or its position in the log) with what it gets."""
    return OrderCredit(shop().analytics.attribution.order(order, model, Question(by=by)), None)


@reads(router, "/attribution/influence", "analytics.view", Influence)
def get_influence(
    request: HttpRequest, place: Place = "store", other: Place = "web", days: Annotated[int, Query(ge=1, le=60)] = 7
) -> Influence:
    """How much oftener than usual customers were on line before an order in the store, or the other way round."""
    return shop().analytics.attribution.influence(place, other, days)
