"""The team over HTTP: members, keys of programs, and the audit log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.books import act
from choral.books.audit import AuditFilter, AuditLine, audit_lines
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit, Moment, following, moment, number
from choral.team import (
    Key,
    TeamMember,
    add_member,
    change_role,
    create_key,
    deactivate_member,
    keys,
    member,
    members,
    reactivate_member,
    revoke_key,
    set_store,
    sign_in_path,
)  # fmt: skip

router = Router(tags=["Team"])
Id = Annotated[int, Path(ge=1, lt=1 << 63)]
ROLE = Field(max_length=20, description="owner, marketer, associate, agent, analyst or privacy.")


class MemberIn(Strict):
    email: str = Field(max_length=254)
    name: str = Field(min_length=1, max_length=120)
    role: str = ROLE
    language: str = Field("en", max_length=5, description="en, fr or it.")
    store: str = Field("", max_length=40, description="The only store an associate sees; empty for all.")


class MemberChange(Strict):
    role: str | None = Field(None, max_length=20)
    store: str | None = Field(None, max_length=40)
    active: bool | None = None


class KeyIn(Strict):
    name: str = Field(min_length=1, max_length=120)
    role: str = ROLE


@dataclass(frozen=True)
class MemberPage:
    """Everybody, active ones first."""

    rows: tuple[TeamMember, ...]
    next: str | None


@dataclass(frozen=True)
class Invited:
    """A new member and the path of the page that signs them in once (within seven days); the path is shown this once,
    a repeated Idempotency-Key gives null."""

    member: TeamMember
    sign_in_path: str | None


@dataclass(frozen=True)
class KeyPage:
    """All keys, working ones first; secrets are kept nowhere."""

    rows: tuple[Key, ...]
    next: str | None


@dataclass(frozen=True)
class KeyMade:
    """A new key. Its secret is shown this once and kept nowhere: a repeated Idempotency-Key gives null; then revoke the
    key and make another."""

    id: int
    secret: str | None


@dataclass(frozen=True)
class AuditPage:
    """Lines of the audit log, newest first."""

    rows: tuple[AuditLine, ...]
    next: str | None


@reads(router, "/members", "team.manage", MemberPage)
def list_members(request: HttpRequest) -> MemberPage:
    """The retailer's own people."""
    return MemberPage(tuple(members()), None)


@writes(
    router, "POST", "/members", "team.manage", Invited, status=201, kept=lambda one: replace(one, sign_in_path=None)
)
def create_member(request: HttpRequest, new: MemberIn) -> Invited:
    """A new member, who signs in first by the link of the answer."""
    made, token = act(
        add_member, who(request).actor, new.email, new.name, new.role, language=new.language, store=new.store
    )
    return Invited(member(made), sign_in_path(token))


@reads(router, "/members/{member_id}", "team.manage", TeamMember)
def get_member(request: HttpRequest, member_id: Id) -> TeamMember:
    """One member."""
    return member(member_id)


@writes(router, "PATCH", "/members/{member_id}", "team.manage", TeamMember)
def change_member(request: HttpRequest, member_id: Id, change: MemberChange) -> TeamMember:
    """Another role or store; deactivate or let in again. At least one owner always remains."""
    actor = who(request).actor
    if change.role is not None:
        act(change_role, actor, member_id, change.role)
    if change.store is not None:
        act(set_store, actor, member_id, change.store)
    if change.active is not None:
        act(reactivate_member if change.active else deactivate_member, actor, member_id)
    return member(member_id)


@reads(router, "/keys", "keys.manage", KeyPage)
def list_keys(request: HttpRequest) -> KeyPage:
    """All API keys, without their secrets."""
    return KeyPage(tuple(keys()), None)


@writes(router, "POST", "/keys", "keys.manage", KeyMade, status=201, kept=lambda one: replace(one, secret=None))
def make_key(request: HttpRequest, new: KeyIn) -> KeyMade:
    """A key for a program; its secret is shown this once."""
    made = act(create_key, who(request).actor, new.name, new.role)
    return KeyMade(made.id, made.secret)


@writes(router, "DELETE", "/keys/{key_id}", "keys.manage", Done)
def end_key(request: HttpRequest, key_id: Id) -> Done:
    """End a key at once and for good."""
    act(revoke_key, who(request).actor, key_id)
    return Done(str(key_id), "revoked")


@reads(router, "/audit", "audit.view", AuditPage)
def list_audit(
    request: HttpRequest,
    actor: Annotated[str | None, Query(max_length=120)] = None,
    action: Annotated[str | None, Query(max_length=80)] = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    since: Moment = None,
    until: Moment = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """Who did what, newest first; `subject` may be a part of it."""
    chosen = AuditFilter(actor, action, subject, moment(since), moment(until))
    rows, more = following(audit_lines(chosen, number(after), limit + 1), limit)
    return AuditPage(tuple(rows), str(rows[-1].id) if more else None)
