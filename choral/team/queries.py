"""Reads about the team; whoever calls checks the permission first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from choral.books import SYSTEM, act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import NotFound
from choral.core.ids import digest
from choral.team.actions import USED_AGAIN_AFTER, note_key_use
from choral.team.values import Key, KeyHolder, TeamMember

_MEMBER = "SELECT id, email, name, role, language, theme, store, is_active, created_at FROM team_member"
_KEY = "SELECT id, name, prefix, role, created_at, last_used_at, revoked_at FROM team_apikey"


def members() -> list[TeamMember]:
    """Everybody, active ones first, by name."""
    return [_member(row) for row in _rows(f"{_MEMBER} ORDER BY is_active DESC, lower(name), id")]


def member(member_id: int) -> TeamMember:
    """One member; `NotFound` when there is none."""
    return _one(_rows(f"{_MEMBER} WHERE id = %s", (member_id,)))


def member_by_email(email: str) -> TeamMember:
    """The member with this e-mail address in any case; `NotFound` when there is none."""
    return _one(_rows(f"{_MEMBER} WHERE lower(email) = %s", (email.strip().lower(),)))


def peek_link(token: str) -> TeamMember | None:
    """Whom a sign-in link would sign in, without spending it; None when it does not work (any more)."""
    found = _rows(
        f"{_MEMBER} WHERE is_active AND id IN (SELECT member_id FROM team_signinlink"  # noqa: S608 - our own names
        " WHERE digest = %s AND used_at IS NULL AND expires_at > %s)",
        (digest(token, 32), SYSTEM_CLOCK.now()),
    )
    return _member(found[0]) if found else None


def keys() -> list[Key]:
    """All keys, working ones first, newest first."""
    return [Key(*row) for row in _rows(f"{_KEY} ORDER BY (revoked_at IS NOT NULL), id DESC")]


def authenticate_key(secret: str) -> KeyHolder | None:
    """The program a secret belongs to, None when it is unknown or revoked; notes the use every five minutes at most."""
    found = _rows(
        "SELECT id, name, role, last_used_at FROM team_apikey WHERE digest = %s AND revoked_at IS NULL",
        (digest(secret, 32),),
    )
    if not found:
        return None
    key, name, role, used = found[0]
    if used is None or SYSTEM_CLOCK.now() - used > USED_AGAIN_AFTER:
        act(note_key_use, SYSTEM, key)
    return KeyHolder(int(key), name, role)


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """How to call the actors of audit lines (`member:7`, `key:3`); those that are nobody's stay out."""
    wanted = set(actors)
    named = {f"member:{row[0]}": row[1] for row in _rows("SELECT id, name FROM team_member")}
    named |= {f"key:{row[0]}": row[1] for row in _rows("SELECT id, name FROM team_apikey")}
    return {actor: name for actor, name in named.items() if actor in wanted}


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _member(row: tuple[Any, ...]) -> TeamMember:
    number, email, name, role, language, theme, store, active, created_at = row
    return TeamMember(number, email, name, role, language, theme, store, bool(active), created_at)


def _one(found: list[tuple[Any, ...]]) -> TeamMember:
    if not found:
        raise NotFound("no_such_member", "There is no such member.", status=404)
    return _member(found[0])
