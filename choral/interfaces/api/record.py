"""One customer's record for till, site and agent; computed traits with what they rest on; their definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router

from choral.books import act
from choral.core.errors import NotFound
from choral.customers.record import Profile, profile
from choral.customers.traits.actions import define_trait, remove_trait
from choral.customers.traits.definitions import Definition, read
from choral.customers.traits.door import Behind, ComputedTrait, Known
from choral.customers.traits.preference import Preference
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done, Limit

router = Router(tags=["Customer record"])
Language = Literal["en", "fr", "it"]


@dataclass(frozen=True)
class ComputedPage:
    """The computed traits of a customer, as of now."""

    rows: tuple[ComputedTrait, ...]
    next: str | None


@dataclass(frozen=True)
class DefinitionPage:
    """The computed traits in use."""

    rows: tuple[Definition, ...]
    next: str | None


class FilterIn(Strict):
    field: str = Field(max_length=40)
    operator: str = Field(max_length=20)
    value: str = Field("", max_length=200)


class DefinitionIn(Strict):
    """A computed trait: a `kind` (count, sum, average, min, max, first, last, favourite, distinct, days_since, exists,
    share) of a field (`of`) over events or order lines, within the last `days` (none: for ever)."""

    names: dict[str, str] = Field(description="What it is called: en, and if wanted fr and it.")
    kind: str = Field(max_length=20)
    source: str = Field("events", max_length=10)
    of: str = Field("", max_length=40)
    event: str = Field("", max_length=200)
    channel: str = Field("", max_length=200)
    filters: list[FilterIn] = Field(default_factory=list, max_length=10)
    days: int | None = Field(None, ge=1, le=3_660)


@reads(router, "/customers/profile", "customers.view", Profile)
def get_profile(
    request: HttpRequest,
    identifier: Annotated[
        str, Query(max_length=400, description="card:8812, an e-mail, a telephone, a bare card number.")
    ] = "",
    customer: Annotated[str, Query(max_length=40, description="The id, instead of an identifier.")] = "",
    include: Annotated[
        str,
        Query(max_length=200, description="Parts, by commas: customer, computed, preference, orders, consents,"
              " recommendations, offers. Nothing: all."),
    ] = "",
    place: Literal["till", "web", "app", "agent"] = "web",
    store: Annotated[str, Query(max_length=120)] = "",
    n: Annotated[int, Query(ge=1, le=50, description="How many recommendations and offers.")] = 5,
    language: Language = "en",
) -> Profile:  # fmt: skip
    """Everything that is known of the customer an identifier belongs to, in one answer; names only with the permission
    to see them."""
    parts = [one for one in include.split(",") if one]
    return profile(shop().customers, identifier, customer, parts, who(request).personal, place, store, n, language)


@reads(router, "/customers/{customer_id}/computed-traits", "customers.view", ComputedPage)
def list_computed_traits(request: HttpRequest, customer_id: str, language: Language = "en") -> ComputedPage:
    """What is computed about a customer: windows move by themselves, each says what it means and rests on."""
    return ComputedPage(shop().customers.traits.of(_known(customer_id), language), None)


@reads(router, "/customers/{customer_id}/computed-traits/{key}", "customers.view", Behind)
def explain_computed_trait(
    request: HttpRequest, customer_id: str, key: str, language: Language = "en", limit: Limit = 50
) -> Behind:
    """A computed trait with the events it rests on, newest first."""
    return shop().customers.traits.behind(_known(customer_id), key, language, limit)


@reads(router, "/customers/{customer_id}/preference", "customers.view", Preference)
def get_preference(request: HttpRequest, customer_id: str) -> Preference:
    """The channel and the hours a customer prefers, learnt from what they did, with how sure that is."""
    return shop().customers.traits.preference(_known(customer_id))


@reads(router, "/computed-traits", "customers.view", DefinitionPage)
def list_trait_definitions(request: HttpRequest) -> DefinitionPage:
    """The definitions of computed traits, the built-in ones first."""
    return DefinitionPage(tuple(shop().customers.traits.definitions()), None)


@writes(router, "PUT", "/computed-traits/{key}", "traits.manage", Definition)
def put_trait_definition(request: HttpRequest, key: str, definition: DefinitionIn) -> Definition:
    """Define a computed trait, or change it; it holds for every customer from now on, the past included."""
    made = read({"key": key, **definition.dict()})
    act(define_trait, who(request).actor, made)
    return made


@writes(router, "DELETE", "/computed-traits/{key}", "traits.manage", Done)
def delete_trait_definition(request: HttpRequest, key: str) -> Done:
    """Take a computed trait away; a built-in one is hidden."""
    act(remove_trait, who(request).actor, key)
    return Done(key, "removed")


def _known(customer_id: str) -> Known:
    """What is known of a customer who lets it be looked at; `NotFound` for nobody, or `not_profiled`."""
    customers = shop().customers
    number, ids = customers.identifiers(customer=customer_id)
    if not number:
        raise NotFound("no_such_customer", "There is no such customer.", status=404)
    if not customers.traits.allowed(ids):
        raise NotFound(
            "not_profiled", "Nothing is computed about this customer.", "They object to it.",
            "Use what they told and bought itself.", status=404,
        )  # fmt: skip
    return customers.traits.known(ids)
