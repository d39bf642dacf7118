"""Privacy: a person's data given out or erased, restrictions, requests, rules of retention, classes of fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from choral.customers.privacy.door import Foreseen
from choral.customers.privacy.queries import Erasure, Request
from choral.customers.privacy.retention import Retained
from choral.customers.values import Customer
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done
from choral.interfaces.api.plain import encode

router = Router(tags=["Privacy"])
_WHO = "Customer id, e-mail, telephone, card, or kind:value."
_KIND = "processing, profiling or marketing"


class Person(Strict):
    """Somebody, by any identifier."""

    who: str = Field(min_length=1, max_length=400, description=_WHO)


class Wish(Person):
    """An erasure to be done."""

    never_again: bool = Field(False, description="Drop later events with these identifiers too.")
    minutes: int = Field(10, ge=0, le=43_200, description="Until it begins; until then it can be cancelled.")


class PutRight(Person):
    """A value as it should be."""

    field: str = Field(min_length=1, max_length=120)
    value: str = Field(max_length=2_000)


class Refusal(Person):
    """What a person says no to."""

    kind: str = Field(max_length=12, description=_KIND)


class Right(Person):
    """A right a person uses."""

    kind: str = Field(max_length=16, description="access, rectification, erasure, restriction, portability, objection")


class Rule(Strict):
    """How long a category is kept."""

    days: int | None = Field(None, ge=1, le=36_500, description="null: for ever.")
    reason: str = Field(min_length=1, max_length=400)


class FieldOf(Strict):
    """The class of a field."""

    level: str = Field(max_length=10, description="public, internal, personal or sensitive")


class Why(Strict):
    """Why masked values are looked at."""

    reason: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class Restrictions:
    """What a person said no to; a time where they did."""

    customer: str
    processing_at: int | None
    profiling_at: int | None
    marketing_at: int | None


@dataclass(frozen=True)
class ErasurePage:
    """Erasures, the newest first."""

    rows: tuple[Erasure, ...]
    next: str | None


@dataclass(frozen=True)
class RequestPage:
    """Requests, the soonest due first among the open ones."""

    rows: tuple[Request, ...]
    next: str | None


@dataclass(frozen=True)
class RetentionPage:
    """The rules of retention."""

    rows: tuple[Retained, ...]
    next: str | None


@dataclass(frozen=True)
class RegisterLine:
    """What is kept where (GDPR art. 30)."""

    room: str
    place: str
    what: str
    purpose: str
    until: str


@dataclass(frozen=True)
class RegisterPage:
    """The register of processing, as the rooms themselves say."""

    rows: tuple[RegisterLine, ...]
    next: str | None


@dataclass(frozen=True)
class FieldClass:
    """A field and its class."""

    field: str
    level: str


@dataclass(frozen=True)
class FieldClassPage:
    """The classes of fields."""

    rows: tuple[FieldClass, ...]
    next: str | None


@writes(router, "POST", "/privacy/exports", "privacy.manage", str, file=True)
def export_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything about a person as a ZIP (JSON, CSV, pages to read); nothing of it is kept, the audit log notes it."""
    content = shop().customers.privacy.export(person.who, who(request).actor)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="person.zip"'
    return response


@writes(router, "POST", "/privacy/erasures/preview", "privacy.manage", Foreseen, beside=True)
def preview_erasure(request: HttpRequest, person: Person) -> Foreseen:
    """What an erasure would take, place by place; nothing is changed. Reads the whole log."""
    return shop().customers.privacy.would_erase(person.who)


@writes(router, "POST", "/privacy/erasures", "privacy.manage", Erasure, status=201)
def create_erasure(request: HttpRequest, wish: Wish) -> Erasure:
    """Ask for a person's erasure; the worker does it after the minutes given."""
    return shop().customers.privacy.erase(
        wish.who, who(request).actor, never_again=wish.never_again, minutes=wish.minutes
    )


@reads(router, "/privacy/erasures", "privacy.manage", ErasurePage)
def list_erasures(request: HttpRequest) -> ErasurePage:
    """Erasures; those that are done are certificates."""
    return ErasurePage(tuple(shop().customers.privacy.erasures()), None)


@reads(router, "/privacy/erasures/{erasure_id}", "privacy.manage", Erasure)
def get_erasure(request: HttpRequest, erasure_id: str) -> Erasure:
    """How an erasure stands."""
    return shop().customers.privacy.erasure(erasure_id)


@writes(router, "DELETE", "/privacy/erasures/{erasure_id}", "privacy.manage", Erasure)
def cancel_erasure(request: HttpRequest, erasure_id: str) -> Erasure:
    """Take an erasure back before it has begun; 409 afterwards."""
    return shop().customers.privacy.cancel(erasure_id, who(request).actor)


@writes(router, "POST", "/privacy/corrections", "customers.edit", Done)
def correct_person(request: HttpRequest, put_right: PutRight) -> Done:
    """Put a personal value or a trait right; the audit log keeps which field, never the value."""
    person = shop().customers.privacy.rectify(put_right.who, put_right.field, put_right.value, who(request).actor)
    return Done(person.customer, "corrected")


@writes(router, "POST", "/privacy/restrictions", "privacy.manage", Restrictions)
def create_restriction(request: HttpRequest, refusal: Refusal) -> Restrictions:
    """A person says no to a kind of use: kept, but not used any more."""
    person = shop().customers.privacy.restrict(refusal.who, refusal.kind, who(request).actor)
    return _restrictions(person.customer, person.traces.identifiers)


@writes(router, "POST", "/privacy/restrictions/lift", "privacy.manage", Restrictions)
def lift_restriction(request: HttpRequest, refusal: Refusal) -> Restrictions:
    """The person takes that back."""
    person = shop().customers.privacy.lift(refusal.who, refusal.kind, who(request).actor)
    return _restrictions(person.customer, person.traces.identifiers)


@reads(router, "/customers/{customer_id}/restrictions", "customers.view", Restrictions)
def get_restrictions(request: HttpRequest, customer_id: str) -> Restrictions:
    """What a customer said no to."""
    found = shop().customers.get(customer_id)
    return _restrictions(found.id, tuple(one.text for one in found.identifiers))


@writes(router, "POST", "/customers/{customer_id}/unmask", "customers.unmask", Customer, file=True)
def unmask_customer(request: HttpRequest, customer_id: str, why: Why) -> HttpResponse:
    """A customer whole, once, for a reason that the audit log keeps; nothing of the answer is kept."""
    found = shop().customers.get(customer_id, personal=True)
    shop().customers.privacy.unmask(found.id, why.reason, who(request).actor)
    return HttpResponse(encode(found, shop().home.currency), content_type="application/json")


@writes(router, "POST", "/privacy/requests", "privacy.request", Request, status=201)
def create_request(request: HttpRequest, right: Right) -> Request:
    """Note that a person uses a right; it is due within a month."""
    return shop().customers.privacy.open_request(right.kind, right.who, who(request).actor)


@reads(router, "/privacy/requests", "privacy.request", RequestPage)
def list_requests(
    request: HttpRequest, state: Annotated[str | None, Query(pattern="^(open|answered|refused)$")] = None
) -> RequestPage:
    """Requests of customers with the day they are due."""
    return RequestPage(tuple(shop().customers.privacy.requests(state)), None)


@writes(router, "DELETE", "/privacy/requests/{request_id}", "privacy.manage", Request)
def close_request(request: HttpRequest, request_id: str, answered: bool = True) -> Request:
    """It was answered, or refused."""
    return shop().customers.privacy.close_request(request_id, who(request).actor, answered)


@reads(router, "/privacy/retention", "privacy.manage", RetentionPage)
def list_retention(request: HttpRequest, counted: bool = False) -> RetentionPage:
    """How long each category is kept, and why; `counted`: with what each rule would take now."""
    return RetentionPage(tuple(shop().customers.privacy.retention(counted)), None)


@writes(router, "PUT", "/privacy/retention/{category}", "privacy.manage", RetentionPage)
def change_retention(request: HttpRequest, category: str, rule: Rule) -> RetentionPage:
    """Change a rule and switch it on."""
    shop().customers.privacy.keep_for(category, rule.days, rule.reason, who(request).actor)
    return RetentionPage(tuple(shop().customers.privacy.retention()), None)


@reads(router, "/privacy/register", "privacy.manage", RegisterPage)
def list_register(request: HttpRequest) -> RegisterPage:
    """What is kept about people where, what for and until when."""
    found = shop().customers.privacy.register()
    return RegisterPage(
        tuple(RegisterLine(room, one.table, one.what, one.purpose, one.until) for room, one in found), None
    )


@reads(router, "/privacy/classes", "privacy.manage", FieldClassPage)
def list_field_classes(request: HttpRequest) -> FieldClassPage:
    """The class of each field: who sees it whole, and who masked."""
    found = shop().customers.privacy.classes()
    return FieldClassPage(tuple(FieldClass(*one) for one in sorted(found.items())), None)


@writes(router, "PUT", "/privacy/classes/{field}", "privacy.manage", FieldClass)
def change_field_class(request: HttpRequest, field: str, of: FieldOf) -> FieldClass:
    """Say of which class a field is."""
    shop().customers.privacy.classify(field, of.level, who(request).actor)
    return FieldClass(field, of.level)


def _restrictions(customer: str, identifiers: tuple[str, ...]) -> Restrictions:
    found = shop().customers.privacy.restrictions(identifiers)
    return Restrictions(customer, found.get("processing"), found.get("profiling"), found.get("marketing"))
