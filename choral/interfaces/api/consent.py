"""Consent over HTTP: what people said, whether and when they may be reached, links, purposes, opposition lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.books import act
from choral.customers.consent import actions
from choral.customers.consent.queries import EntryFilter
from choral.customers.consent.values import (
    ConsentCount,
    ConsentDecision,
    ConsentOverview,
    ConsentPage,
    ConsentRequested,
    ListState,
    Purpose,
    Statement,
    Wording,
)  # fmt: skip
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit, Moment, moment, number
from choral.interfaces.api.uploads import BODY, uploaded

router = Router(tags=["Consent"])
_IDENTIFIER = "kind:value, as card:8812 or email:ada@example.com."
_CHANNEL = "email, sms, whatsapp, call, push, post, web, social; * for all."
Key = Annotated[str, Path(max_length=40)]
Proof = Annotated[dict[str, Any], Field(description="What proves it: form, request, why. Personal: kept apart.")]


class StatementIn(Strict):
    """What somebody said. Without `at`: now. `key`: what was said once is written once."""

    identifier: str = Field(max_length=400, description=_IDENTIFIER)
    purpose: str = Field(max_length=40, description="A purpose; * for all (never with granted).")
    channel: str = Field(max_length=20, description=_CHANNEL)
    state: str = Field(max_length=12, description="granted, denied, withdrawn, or paused with until.")
    until: datetime | None = None
    at: datetime | None = None
    basis: str = Field("consent", max_length=24)
    place: str = Field("api", max_length=40, description="Where it was said: store, form, phone ...")
    key: str = Field("", max_length=200)
    proof: Proof = {}


class StatementsIn(Strict):
    """Up to 500 statements, written all or none."""

    statements: list[StatementIn] = Field(min_length=1, max_length=500)


class Question(Strict):
    """May somebody be reached? Either `customer` or `identifiers`."""

    customer: str | None = Field(None, max_length=20)
    identifiers: list[str] = Field([], max_length=50)
    purpose: str = Field(max_length=40)
    channel: str = Field(max_length=20, description=_CHANNEL)
    at: datetime | None = Field(None, description="The time of sending; now when not said.")
    address: str = Field("", max_length=400, description="Only a consent that covers it counts.")
    country: str = Field("", max_length=2, description="Whose rules count; the shop's when not said.")


class ManyQuestion(Strict):
    """May each of these customers be reached?"""

    customers: list[str] = Field(max_length=20_000)
    purpose: str = Field(max_length=40)
    channel: str = Field(max_length=20, description=_CHANNEL)
    at: datetime | None = None
    country: str = Field("", max_length=2)
    with_address: bool = Field(False, description="Leave out who has no address of the channel.")


class RequestIn(Strict):
    """Begin a double opt-in; send the link of the answer to the address yourself."""

    identifier: str = Field(max_length=400, description=_IDENTIFIER)
    purpose: str = Field(max_length=40)
    channel: str = Field(max_length=20, description=_CHANNEL)
    place: str = Field("form", max_length=40)
    proof: Proof = {}


class LinksIn(Strict):
    """For which message links are wanted."""

    identifiers: list[str] = Field(min_length=1, max_length=500)
    purpose: str = Field(max_length=40)
    channel: str = Field("email", max_length=20)
    address: str = Field(max_length=200, pattern="^https?://", description="The shop's own address.")


class PurposeIn(Strict):
    """A new purpose with the first version of its text, in en, fr and it."""

    key: str = Field(max_length=40)
    kind: str = Field("message", max_length=12, description="message, processing or essential.")
    basis: str = Field("consent", max_length=24)
    names: dict[str, str]
    texts: dict[str, str]


class WordingIn(Strict):
    """The next version of a text, in en, fr and it."""

    texts: dict[str, str]


@dataclass(frozen=True)
class ConsentsWritten:
    """The entries written, in the order of the statements; what was written before under the same key is not again."""

    entries: tuple[int, ...]


@dataclass(frozen=True)
class Allowance:
    """Who may be reached, and for everybody left out the code of the reason; how many by reason."""

    allowed: tuple[str, ...]
    left_out: dict[str, str]
    counts: dict[str, int]


@dataclass(frozen=True)
class LinksOf:
    """The links of one identifier's message; `headers` are those of RFC 8058, to be signed with DKIM."""

    identifier: str
    preferences: str
    unsubscribe: str
    headers: dict[str, str]


@dataclass(frozen=True)
class LinksMade:
    """Links, in the order asked."""

    rows: tuple[LinksOf, ...]
    next: str | None


@dataclass(frozen=True)
class PurposePage:
    """Purposes, with what people said about each."""

    rows: tuple[Purpose, ...]
    next: str | None
    counts: tuple[ConsentCount, ...]


@dataclass(frozen=True)
class WordingPage:
    """Versions of a text, newest first."""

    rows: tuple[Wording, ...]
    next: str | None


@dataclass(frozen=True)
class CountryRule:
    """A rule of a country: in force from a day (included) to a day (excluded); `text` by language."""

    country: str
    kind: str
    channels: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    text: dict[str, str]
    law: str
    source: str
    sure: bool
    signed_by: str


@dataclass(frozen=True)
class CountryRulePage:
    """The rules of all countries there are any of."""

    rows: tuple[CountryRule, ...]
    next: str | None


@dataclass(frozen=True)
class Opens:
    """When a channel may be used next; null when it never may."""

    channel: str
    country: str
    opens_at: int | None


@dataclass(frozen=True)
class ListPage:
    """Opposition lists, with the age in days of those that were loaded."""

    rows: tuple[ListState, ...]
    next: str | None


@dataclass(frozen=True)
class Loaded:
    """How many numbers a list has now, and how many lines of the file had none."""

    key: str
    numbers: int
    unread: int


@reads(router, "/customers/{customer_id}/consents", "consent.view", ConsentOverview)
def get_customer_consents(request: HttpRequest, customer_id: str) -> ConsentOverview:
    """How every purpose stands on every channel for a customer, and every line of the ledger behind it."""
    return shop().customers.consent.overview(customer_id, who(request).personal)


@reads(router, "/consents", "consent.view", ConsentPage)
def list_consents(
    request: HttpRequest,
    purpose: Annotated[str | None, Query(max_length=40)] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
    state: Annotated[str | None, Query(max_length=12)] = None,
    place: Annotated[str | None, Query(max_length=40)] = None,
    since: Moment = None,
    until: Moment = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> ConsentPage:
    """The ledger, the last written first; proofs only for callers who may see personal values."""
    chosen = EntryFilter(purpose, channel, state, place, since=moment(since), until=moment(until))
    return shop().customers.consent.entries(chosen, who(request).personal, number(after), limit)


@writes(router, "POST", "/consents", "consent.record", ConsentsWritten, status=201)
def record_consents(request: HttpRequest, said: StatementsIn) -> ConsentsWritten:
    """Write what people said into the ledger; who asks afterwards gets it."""
    statements = [
        Statement(one.identifier, one.purpose, one.channel, one.state, one.place, moment(one.until), None, one.basis,
                  moment(one.at), "", one.key, one.proof)
        for one in said.statements
    ]  # fmt: skip
    return ConsentsWritten(tuple(shop().customers.consent.record(who(request).actor, statements)))


@writes(router, "POST", "/consents/{entry_id}/reversals", "consent.record", ConsentsWritten)
def undo_consent(request: HttpRequest, entry_id: Annotated[int, Path(ge=1, lt=1 << 63)]) -> ConsentsWritten:
    """Say again what held before an entry written by hand; the ledger keeps both."""
    return ConsentsWritten(tuple(act(actions.take_back, who(request).actor, entry_id)))


@writes(router, "POST", "/consent-decisions", "consent.view", ConsentDecision, beside=True)
def decide_consent(request: HttpRequest, asked: Question) -> ConsentDecision:
    """Whether somebody may be reached, and why. Changes nothing."""
    subject = asked.customer if asked.customer is not None else asked.identifiers
    return shop().customers.consent.may_send(
        subject, asked.purpose, asked.channel, moment(asked.at), address=asked.address, country=asked.country
    )


@writes(router, "POST", "/consent-decisions/many", "consent.view", Allowance, beside=True)
def decide_many_consents(request: HttpRequest, asked: ManyQuestion) -> Allowance:
    """Who of many may be reached, and why each of the others not. Changes nothing."""
    found = shop().customers.consent.allowed(
        asked.customers, asked.purpose, asked.channel, moment(asked.at), country=asked.country,
        with_address=asked.with_address,
    )  # fmt: skip
    return Allowance(found.allowed, dict(found.left_out), found.counts)


@writes(router, "POST", "/consent-requests", "consent.record", ConsentRequested, status=201)
def request_consent(request: HttpRequest, asked: RequestIn) -> ConsentRequested:
    """Begin a double opt-in: a pending entry, and the path of the page whose button confirms it within seven days."""
    return shop().customers.consent.request(
        who(request).actor, asked.identifier, asked.purpose, asked.channel, asked.place, asked.proof
    )


@writes(router, "POST", "/consent-links", "consent.record", LinksMade, status=201)
def make_consent_links(request: HttpRequest, asked: LinksIn) -> LinksMade:
    """Links to preferences and unsubscribing for a message to each identifier, with the headers of RFC 8058."""
    made = shop().customers.consent.links(
        who(request).actor, asked.identifiers, asked.purpose, asked.channel, asked.address
    )
    rows = [LinksOf(one, it.preferences, it.unsubscribe, dict(it.headers)) for one, it in made.items()]
    return LinksMade(tuple(rows), None)


@writes(router, "DELETE", "/consent-links/{identifier}", "consent.manage", Done)
def revoke_consent_links(request: HttpRequest, identifier: Annotated[str, Path(max_length=400)]) -> Done:
    """All links that were made for an identifier work no more."""
    shop().customers.consent.revoke_links(who(request).actor, identifier)
    return Done(identifier, "revoked")


@reads(router, "/purposes", "consent.view", PurposePage)
def list_purposes(request: HttpRequest, retired: bool = False) -> PurposePage:
    """What the shop asks people for, with the newest texts and how many identifiers last said what."""
    consent = shop().customers.consent
    return PurposePage(tuple(consent.purposes(retired)), None, tuple(consent.counts()))


@writes(router, "POST", "/purposes", "consent.manage", Purpose, status=201)
def create_purpose(request: HttpRequest, new: PurposeIn) -> Purpose:
    """A new purpose; nobody has agreed to it yet."""
    act(actions.add_purpose, who(request).actor, new.key, new.kind, new.basis, new.names, new.texts)
    return shop().customers.consent.purpose(new.key)


@writes(router, "DELETE", "/purposes/{key}", "consent.manage", Done)
def take_purpose_out_of_use(request: HttpRequest, key: Key) -> Done:
    """Nothing may be done for it any more; the ledger keeps what was said, and it can be taken into use again."""
    act(actions.retire_purpose, who(request).actor, key)
    return Done(key, "retired")


@writes(router, "POST", "/purposes/{key}/uses", "consent.manage", Purpose)
def take_purpose_into_use(request: HttpRequest, key: Key) -> Purpose:
    """In use again, with the consents there were."""
    act(actions.restore_purpose, who(request).actor, key)
    return shop().customers.consent.purpose(key)


@reads(router, "/purposes/{key}/wordings", "consent.view", WordingPage)
def list_wordings(request: HttpRequest, key: Key) -> WordingPage:
    """Every version of the text of a purpose, newest first."""
    return WordingPage(tuple(shop().customers.consent.wordings(key)), None)


@writes(router, "POST", "/purposes/{key}/wordings", "consent.manage", Purpose, status=201)
def add_purpose_wording(request: HttpRequest, key: Key, new: WordingIn) -> Purpose:
    """The next version of a text, shown from now on; old entries rest on the text they were given for."""
    act(actions.add_wording, who(request).actor, key, new.texts)
    return shop().customers.consent.purpose(key)


@reads(router, "/country-rules", "consent.view", CountryRulePage)
def list_country_rules(request: HttpRequest) -> CountryRulePage:
    """The dated rules of all countries, with law and source. Not legal advice."""
    return CountryRulePage(
        tuple(
            CountryRule(pack.country, one.kind, one.channels, one.valid_from, one.valid_to, dict(one.text), one.law,
                        one.source, one.sure, one.signed_by)
            for pack in shop().customers.consent.packs()
            for one in pack.rule
        ),
        None,
    )  # fmt: skip


@reads(router, "/channel-hours", "consent.view", Opens)
def get_channel_hours(
    request: HttpRequest,
    channel: Annotated[str, Query(max_length=20, description=_CHANNEL)] = "sms",
    country: Annotated[str, Query(max_length=2)] = "",
    zone: Annotated[str, Query(max_length=60, description="The customer's, as Europe/Paris.")] = "",
    at: Moment = None,
) -> Opens:
    """The first moment not before `at` when a country lets a channel be used."""
    found = shop().customers.consent.when_may(channel, moment(at), country, zone)
    return Opens(channel, country or shop().home.region, found)


@reads(router, "/opposition-lists", "consent.view", ListPage)
def list_opposition_lists(request: HttpRequest) -> ListPage:
    """The lists that rules name and those that were loaded, with their age."""
    return ListPage(tuple(shop().customers.consent.lists()), None)


@writes(router, "POST", "/opposition-lists/{key}", "consent.manage", Loaded, status=201, beside=True, extra=BODY)
def load_opposition_list(
    request: HttpRequest, key: Key, listed_on: Annotated[date, Query(description="The day the list is of.")]
) -> Loaded:
    """Take a list in the place of the one before; each line begins with a number, kept only as a code."""
    _name, stream = uploaded(request)
    return Loaded(key, *shop().customers.consent.load_list(who(request).actor, key, listed_on, stream))
