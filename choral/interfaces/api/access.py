"""Tokens over HTTP: the question of readers at doors, and issuing, blocking, lending, granting for everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.books import act
from choral.customers.access import actions
from choral.customers.access.values import (
    Place,
    Reading,
    ReadPage,
    Rights,
    Token,
    TokenPage,
    TokenWhole,
    Verdict,
)
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit, moment, number

router = Router(tags=["Access"])
TokenId = Annotated[str, Path(max_length=36)]
GrantId = Annotated[int, Path(ge=1, lt=1 << 63)]
HOLDER = "An identifier (card:8812, email:ada@shop.eu) or a customer's id; empty for nobody known."


class ReadingIn(Strict):
    """What a reader saw."""

    token: str = Field(min_length=1, max_length=255, description="The number read.")
    place: str = Field(min_length=1, max_length=60, description="The code of the place that shall open.")
    reader: str = Field(min_length=1, max_length=80, description="The name of the device.")
    read_id: str = Field(min_length=1, max_length=80, description="The device's own number of this reading.")
    at: datetime | None = Field(None, description="When it was read, if not now (at most a day ago).")
    leaving: bool = Field(False, description="Whether somebody goes out.")


class TokenIn(Strict):
    kind: str = Field(max_length=10, description="wristband, card, tag, phone or code.")
    value: str = Field("", max_length=255, description="The number as a reader sees it; empty to have one made.")
    holder: str = Field("", max_length=300, description=HOLDER)
    reusable: bool = Field(False, description="It goes to another guest when it comes back.")
    until: datetime | None = Field(None, description="When it ends by itself.")


class Replacement(Strict):
    value: str = Field("", max_length=255, description="The new number; empty to have one made.")
    kind: str = Field("", max_length=10, description="Empty: the same kind.")
    reason: str = Field("lost", max_length=200)


class Block(Strict):
    reason: str = Field("", max_length=200, description="For the audit log; it never goes to the event log.")


class LoanIn(Strict):
    borrower: str = Field(max_length=300, description=HOLDER)
    until: datetime | None = Field(None, description="The end of the loan; without it the end of the day.")
    may_pay: bool = Field(False, description="Whether they pay from the holder's balance.")


class RightsIn(Strict):
    """What a token shall open."""

    place: str = Field(max_length=60)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    days: str = Field("", max_length=7, description="ISO weekdays: 12345 for Monday to Friday; empty for every day.")
    opens: int | None = Field(None, ge=0, le=1440, description="Minutes after midnight in the shop's time zone.")
    closes: int | None = Field(None, ge=0, le=1440, description="The same; before `opens`: on the next day.")
    entries: int | None = Field(None, ge=1, le=1_000_000, description="How many times; empty: no limit.")
    passback: bool = Field(True, description="False: who is in must come out before going in again.")


class PlaceIn(Strict):
    name: str = Field(max_length=120)
    kind: str = Field(max_length=10, description="area, door, room, till or perk.")
    within: str = Field("", max_length=60, description="The code of the place it lies in.")
    store: str = Field("", max_length=60, description="The number of its store.")


@dataclass(frozen=True)
class PlacePage:
    """All places, by name."""

    rows: tuple[Place, ...]
    next: str | None


@writes(router, "POST", "/access/check", "access.check", Verdict)
def check_access(request: HttpRequest, reading: ReadingIn) -> Verdict:
    """Whether a token opens a place: one answer a reading, however often it is sent. The entry is counted."""
    seen = Reading(
        reading.token, reading.place, reading.reader, reading.read_id, moment(reading.at), reading.leaving
    )  # fmt: skip
    return shop().customers.access.check(who(request).actor, seen)


@reads(router, "/access/tokens", "access.view", TokenPage)
def list_tokens(
    request: HttpRequest,
    state: Annotated[str | None, Query(pattern="^(issued|blocked|replaced|returned)$")] = None,
    customer: Annotated[str | None, Query(max_length=40, description="A customer's id.")] = None,
    find: Annotated[str, Query(max_length=255, description="A part of the number.")] = "",
    after: Annotated[str | None, Query(max_length=36)] = None,
    limit: Limit = 50,
) -> TokenPage:
    """Tokens, the last issued first."""
    return shop().customers.access.tokens(state, customer, _clean(find), _clean(after) if after else None, limit)


@writes(router, "POST", "/access/tokens", "access.manage", Token, status=201)
def issue_token(request: HttpRequest, new: TokenIn) -> Token:
    """Give out a token."""
    access = shop().customers.access
    made = act(
        actions.issue, who(request).actor, new.kind, new.value, access.holder(new.holder), reusable=new.reusable,
        until=moment(new.until),
    )  # fmt: skip
    return access.token(made).token


@reads(router, "/access/tokens/{token_id}", "access.view", TokenWhole)
def get_token(request: HttpRequest, token_id: TokenId) -> TokenWhole:
    """A token with its rights and loans."""
    return shop().customers.access.token(_clean(token_id))


@writes(router, "POST", "/access/tokens/{token_id}/replacement", "access.manage", Token, status=201)
def replace_token(request: HttpRequest, token_id: TokenId, new: Replacement) -> Token:
    """Give the holder another token with all rights of this one."""
    made = act(actions.replace, who(request).actor, _clean(token_id), new.value, new.kind, new.reason)
    return shop().customers.access.token(made).token


@writes(router, "PUT", "/access/tokens/{token_id}/block", "access.manage", Done)
def block_token(request: HttpRequest, token_id: TokenId, block: Block) -> Done:
    """A token opens nothing from now on, until it is unblocked."""
    act(actions.block, who(request).actor, _clean(token_id), block.reason)
    return Done(token_id, "blocked")


@writes(router, "DELETE", "/access/tokens/{token_id}/block", "access.manage", Done)
def unblock_token(request: HttpRequest, token_id: TokenId) -> Done:
    """A blocked token opens again what it opened before."""
    act(actions.unblock, who(request).actor, _clean(token_id))
    return Done(token_id, "issued")


@writes(router, "DELETE", "/access/tokens/{token_id}", "access.manage", Done)
def take_token_back(request: HttpRequest, token_id: TokenId) -> Done:
    """A token comes back: its rights end, its number may go to somebody else."""
    act(actions.take_back, who(request).actor, _clean(token_id))
    return Done(token_id, "returned")


@writes(router, "PUT", "/access/tokens/{token_id}/loan", "access.manage", TokenWhole)
def lend_token(request: HttpRequest, token_id: TokenId, loan: LoanIn) -> TokenWhole:
    """Another person has the token for a while; the loan ends by itself."""
    access = shop().customers.access
    until = moment(loan.until) or access.end_of_day()
    borrower = access.holder(loan.borrower)
    act(actions.lend, who(request).actor, _clean(token_id), borrower, until, may_pay=loan.may_pay)
    return access.token(token_id)


@writes(router, "DELETE", "/access/tokens/{token_id}/loan", "access.manage", Done)
def end_token_loan(request: HttpRequest, token_id: TokenId) -> Done:
    """The token is back with its holder."""
    ended = act(actions.end_loan, who(request).actor, _clean(token_id))
    return Done(token_id, "ended" if ended else "not lent")


@writes(router, "POST", "/access/tokens/{token_id}/grants", "access.manage", TokenWhole, status=201)
def grant_access(request: HttpRequest, token_id: TokenId, rights: RightsIn) -> TokenWhole:
    """Let a token open a place."""
    asked = Rights(
        rights.place, moment(rights.starts_at), moment(rights.ends_at), rights.days, rights.opens, rights.closes,
        rights.entries, rights.passback,
    )  # fmt: skip
    act(actions.grant, who(request).actor, _clean(token_id), asked)
    return shop().customers.access.token(token_id)


@writes(router, "DELETE", "/access/grants/{grant_id}", "access.manage", Done)
def revoke_access(request: HttpRequest, grant_id: GrantId) -> Done:
    """A grant opens nothing from now on."""
    act(actions.revoke, who(request).actor, grant_id)
    return Done(str(grant_id), "revoked")


@reads(router, "/access/places", "access.view", PlacePage)
def list_places(request: HttpRequest) -> PlacePage:
    """All places that tokens can open."""
    return PlacePage(shop().customers.access.places(), None)


@writes(router, "PUT", "/access/places/{code}", "access.manage", Place)
def set_place(request: HttpRequest, code: Annotated[str, Path(max_length=60)], place: PlaceIn) -> Place:
    """Make a place, or change it."""
    one = Place(_clean(code), place.name, place.kind, place.within, place.store)
    act(actions.set_place, who(request).actor, one)
    return next(each for each in shop().customers.access.places() if each.code == one.code.strip())


@reads(router, "/access/reads", "access.view", ReadPage)
def list_reads(
    request: HttpRequest,
    token: Annotated[str | None, Query(max_length=36, description="A token's id.")] = None,
    place: Annotated[str | None, Query(max_length=60)] = None,
    refused: bool = False,
    after: Cursor = None,
    limit: Limit = 50,
) -> ReadPage:
    """Readings of the last 90 days, newest first."""
    token, place = (_clean(one) if one else None for one in (token, place))
    return shop().customers.access.reads(token, place, refused, number(after), limit)


def _clean(text: str) -> str:
    return text.replace("\0", "")
