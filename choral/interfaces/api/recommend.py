"""What to show to whom: recommendations, the next best offer, the rules over them, how good the models are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router

from choral.books import act
from choral.customers.recommend.actions import remove_rule, set_rule
from choral.customers.recommend.queries import RuleRow
from choral.customers.recommend.values import Offers, Recommendations, Training
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes

router = Router(tags=["Recommendations"])
Said = Annotated[
    str,
    Query(max_length=400, description="card:8812, an e-mail, a telephone, a bare card number; nothing for a stranger."),
]
CustomerId = Annotated[str, Query(max_length=40, description="The customer's id, instead of an identifier.")]
Many = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Language = Literal["en", "fr", "it"]


@dataclass(frozen=True)
class RulePage:
    """The rules that were set; what is not among them is as it comes."""

    rows: tuple[RuleRow, ...]
    next: str | None


@dataclass(frozen=True)
class RuleSet:
    """A rule, its value, and what it was before ('' for nothing)."""

    kind: str
    subject: str
    value: str
    before: str


class RuleIn(Strict):
    """A rule: `block_product`, `block_department`, `margin` (share, of a department) need a subject; `least_margin`,
    `least_stock`, `category_cap`, `not_again_days`, `new_share` and `basis` (consent, opt_out, off) need none."""

    kind: str = Field(max_length=40)
    subject: str = Field("", max_length=200)
    value: str = Field("", max_length=40)


@reads(router, "/recommendations", "customers.view", Recommendations)
def recommend(
    request: HttpRequest,
    identifier: Said = "",
    customer: CustomerId = "",
    place: Literal["till", "web", "app", "agent"] = "web",
    store: Annotated[str, Query(max_length=120, description="Where it must be in stock.")] = "",
    n: Many = 10,
    kind: Literal["for_you", "again", "new", "together", "popular"] = "for_you",
    basket: Annotated[str, Query(max_length=2_000, description="Product ids, by commas.")] = "",
    language: Language = "en",
) -> Recommendations:
    """The products to show to somebody, best first, each with its reason. A stranger, or somebody whose profile may not
    be used, gets what everybody buys."""
    customers = shop().customers
    _, found = customers.identifiers(identifier, customer)
    products = [one for one in basket.split(",") if one]
    return customers.recommend.for_person(found, place, store, n, kind, products, language)


@reads(router, "/recommendations/offers", "customers.view", Offers)
def next_best_offers(request: HttpRequest, identifier: Said = "", customer: CustomerId = "", n: Many = 5) -> Offers:
    """The coupons that run now, the one with the highest expected value for this customer first."""
    customers = shop().customers
    return customers.recommend.offers(customers.identifiers(identifier, customer)[1], n)


@reads(router, "/recommendations/training", "analytics.view", Training)
def get_training(request: HttpRequest) -> Training:
    """What the models learnt last, and how well they foretold the four weeks they were judged on."""
    return shop().customers.recommend.training()


@reads(router, "/recommendations/rules", "customers.view", RulePage)
def list_rules(request: HttpRequest) -> RulePage:
    """The rules of recommendation that were set."""
    return RulePage(tuple(shop().customers.recommend.rule_rows()), None)


@writes(router, "PUT", "/recommendations/rules", "recommendations.manage", RuleSet)
def put_rule(request: HttpRequest, rule: RuleIn) -> RuleSet:
    """Set a rule, or change its value."""
    before = act(set_rule, who(request).actor, rule.kind, rule.subject, rule.value)
    return RuleSet(rule.kind, rule.subject, rule.value, before)


@writes(router, "DELETE", "/recommendations/rules", "recommendations.manage", RuleSet)
def delete_rule(
    request: HttpRequest,
    kind: Annotated[str, Query(max_length=40)] = "",
    subject: Annotated[str, Query(max_length=200)] = "",
) -> RuleSet:
    """Take a rule back; what comes without it holds again. A rule that is not there is no error."""
    act(remove_rule, who(request).actor, kind, subject)
    return RuleSet(kind, subject, "", "")
