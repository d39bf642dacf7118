"""Audiences: make and change them, count, members, why somebody is in, overlap, frozen lists, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router

from choral.core.clock import to_datetime
from choral.customers.audiences.values import (
    Audience,
    AudienceRow,
    MemberPage,
    MemberRow,
    Overlap,
    Preview,
    Reach,
    Why,
)
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit

router = Router(tags=["Audiences"])
Language = Annotated[str, Query(pattern="^(en|fr|it)$", description="The language of sentences.")]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TREE = (
    "{who: node, visitors: whether unknown browsers count}. A node says its kind under “is”: all, any, not, trait,"
    " personal, seen, total, event, sequence, bought, channel, consent, attribute, audience, identifier."
)


class DefinitionIn(Strict):
    definition: dict[str, Any] = Field(description=_TREE)


class AudienceIn(DefinitionIn):
    name: str = Field(min_length=1, max_length=120)
    key: str = Field("", max_length=60, pattern=r"^([a-z0-9][a-z0-9-]*)?$", description="Made of the name when empty.")


class AudienceChange(DefinitionIn):
    name: str = Field(min_length=1, max_length=120)
    expected: int | None = Field(None, description="Refuse (409) when the version is another by now.")


class FreezeIn(Strict):
    name: str = Field(min_length=1, max_length=120, description="The name of the list.")


class WhyIn(DefinitionIn):
    customer: str = Field(max_length=30)


@dataclass(frozen=True)
class AudiencePage:
    """Audiences by name."""

    rows: tuple[AudienceRow, ...]
    next: str | None


@dataclass(frozen=True)
class ReachPage:
    """How many members can be reached, by channel."""

    rows: tuple[Reach, ...]
    next: str | None


@reads(router, "/audiences", "customers.view", AudiencePage)
def list_audiences(request: HttpRequest, archived: bool = False, language: Language = "en") -> AudiencePage:
    """All audiences in use, or those put away, with how many are in each (null: still being worked out)."""
    return AudiencePage(shop().customers.audiences.list(archived, language), None)


@writes(router, "POST", "/audiences", "audiences.manage", Audience, status=201)
def create_audience(request: HttpRequest, new: AudienceIn) -> Audience:
    """A new audience; a condition that means nothing is refused with its path (422)."""
    audiences = shop().customers.audiences
    return audiences.get(audiences.create(who(request).actor, new.name, new.definition, new.key))


@writes(router, "POST", "/audiences/preview", "customers.view", Preview, beside=True)
def preview_audience(request: HttpRequest, asked: DefinitionIn, language: Language = "en") -> Preview:
    """Whom a definition would hold now: people, at every node too, how many can be reached, ten of them."""
    return shop().customers.audiences.preview(asked.definition, language, who(request).personal)


@writes(router, "POST", "/audiences/why", "customers.view", Why, beside=True)
def explain_definition(request: HttpRequest, asked: WhyIn, language: Language = "en") -> Why:
    """Why a customer would be in what a definition says, or not, node by node."""
    return shop().customers.audiences.why(asked.definition, asked.customer, language)


@reads(router, "/audiences/{key}", "customers.view", Audience)
def get_audience(request: HttpRequest, key: str, language: Language = "en") -> Audience:
    """One audience with all it ever said, and the audiences that ask for it."""
    return shop().customers.audiences.get(key, language)


@writes(router, "PUT", "/audiences/{key}", "audiences.manage", Audience)
def change_audience(request: HttpRequest, key: str, change: AudienceChange) -> Audience:
    """What it says from now on, as its next version."""
    audiences = shop().customers.audiences
    audiences.change(who(request).actor, key, change.name, change.definition, change.expected)
    return audiences.get(key)


@writes(router, "DELETE", "/audiences/{key}", "audiences.manage", Done)
def archive_audience(request: HttpRequest, key: str) -> Done:
    """Put it away: nobody is in it any more. It can be taken out again."""
    shop().customers.audiences.archive(who(request).actor, key)
    return Done(key, "archived")


@writes(router, "POST", "/audiences/{key}/restore", "audiences.manage", Audience)
def restore_audience(request: HttpRequest, key: str) -> Audience:
    """Take out again what was put away."""
    audiences = shop().customers.audiences
    audiences.restore(who(request).actor, key)
    return audiences.get(key)


@writes(router, "POST", "/audiences/{key}/freeze", "audiences.manage", Audience, status=201)
def freeze_audience(request: HttpRequest, key: str, asked: FreezeIn) -> Audience:
    """A list of those who are in now, which never moves."""
    audiences = shop().customers.audiences
    return audiences.get(audiences.freeze(who(request).actor, key, asked.name))


@reads(router, "/audiences/{key}/members", "customers.view", MemberPage)
def list_audience_members(request: HttpRequest, key: str, after: Cursor = None, limit: Limit = 50) -> MemberPage:
    """Members by id, with when they entered."""
    return shop().customers.audiences.members(key, after, limit, who(request).personal)


@reads(router, "/audiences/{key}/members.csv", "customers.view", str)
def export_audience_members(request: HttpRequest, key: str) -> HttpResponseBase:
    """All members as CSV; names and addresses only for keys that may see them."""
    personal = who(request).personal
    shop().customers.audiences.get(key)
    response = StreamingHttpResponse(_lines(key, personal), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return response


@reads(router, "/audiences/{key}/reach", "customers.view", ReachPage)
def get_audience_reach(request: HttpRequest, key: str) -> ReachPage:
    """How many members have an address on each channel, and how many of them agreed to messages there."""
    return ReachPage(shop().customers.audiences.reach(key), None)


@reads(router, "/audiences/{key}/why", "customers.view", Why)
def explain_member(
    request: HttpRequest, key: str, customer: Annotated[str, Query(max_length=30)], language: Language = "en"
) -> Why:
    """Why a customer is in or not, node by node, with what was found."""
    return shop().customers.audiences.why(key, customer, language)


@reads(router, "/audiences/{key}/overlap/{other}", "customers.view", Overlap)
def get_audience_overlap(request: HttpRequest, key: str, other: str) -> Overlap:
    """How many are in each of two audiences, and in both."""
    return shop().customers.audiences.overlap(key, other)


def _lines(key: str, personal: bool) -> Iterator[str]:
    yield _line(["id", "name", "email", "orders", "revenue_minor", "channels", "last_at", "entered_at"])
    for one in shop().customers.audiences.export(key, personal):
        yield _line(_cells(one))


def _cells(one: MemberRow) -> list[object]:
    row = one.customer
    times = [to_datetime(at).isoformat() if at else "" for at in (row.last_at, one.entered_at)]
    return [row.id, row.name, row.email, row.orders, row.revenue, " ".join(row.channels), *times]


def _line(cells: list[object]) -> str:
    """A line of CSV; what a spreadsheet would run gets an apostrophe before it."""
    inert = [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells]
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerow(inert)
    return target.getvalue()
