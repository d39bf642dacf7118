"""One customer's whole record in one answer, for till, site and agent: only the parts that are asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from choral.core.errors import InvalidInput, NotFound
from choral.customers.consent.values import Standing
from choral.customers.recommend.values import Offers, Recommendations
from choral.customers.traits.door import ComputedTrait
from choral.customers.traits.preference import Preference
from choral.customers.values import Customer, TimelineEntry

if TYPE_CHECKING:
    from choral.customers.door import Customers

PARTS = ("customer", "computed", "preference", "orders", "consents", "recommendations", "offers")
_ORDERS = 5


@dataclass(frozen=True)
class Profile:
    """The record of the customer `id`. A part that was not asked for is null. `profiled` is false where the customer
    objects to it: then nothing is computed about them, and recommendations are what everybody gets."""

    id: str
    profiled: bool
    customer: Customer | None
    computed: tuple[ComputedTrait, ...] | None
    preference: Preference | None
    orders: tuple[TimelineEntry, ...] | None
    consents: tuple[Standing, ...] | None
    recommendations: Recommendations | None
    offers: Offers | None


def profile(
    customers: Customers, said: str, customer: str, parts: Collection[str], personal: bool, place: str = "web",
    store: str = "", count: int = 5, language: str = "en",
) -> Profile:  # fmt: skip
    """Who `said` (an identifier in any spelling) or `customer` (an id) means. Raises `NotFound` `no_such_customer`,
    `InvalidInput` `unknown_part`."""
    wanted = frozenset(parts or PARTS)
    if not wanted <= set(PARTS):
        raise InvalidInput(
            "unknown_part", "A part of the profile is not known.", f"Asked for: {', '.join(sorted(wanted))[:200]}.",
            f"Use {', '.join(PARTS)}.", status=422,
        )  # fmt: skip
    number, ids = customers.identifiers(said, customer)
    if not number:
        raise NotFound("no_such_customer", "There is no such customer.", status=404)
    texts = [text for _, text in ids]
    profiled = customers.traits.allowed(ids)
    known = customers.traits.known(ids)
    recommend = customers.recommend
    person = recommend.person(ids) if wanted & {"recommendations", "offers"} else None
    suggested = (
        recommend.for_person(ids, place, store, count, language=language, person=person)
        if "recommendations" in wanted
        else None
    )
    return Profile(
        number,
        profiled,
        customers.get(number, personal) if "customer" in wanted else None,
        customers.traits.of(known, language) if profiled and "computed" in wanted else None,
        customers.traits.preference(known) if profiled and "preference" in wanted else None,
        _orders(customers, number) if "orders" in wanted else None,
        customers.consent.standings(texts) if "consents" in wanted else None,
        suggested,
        recommend.offers(ids, count, person) if "offers" in wanted else None,
    )


def _orders(customers: Customers, number: str) -> tuple[TimelineEntry, ...]:
    return customers.timeline(number, limit=_ORDERS, name="Order Completed").entries
