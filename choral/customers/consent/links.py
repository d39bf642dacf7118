"""Links that need no password: signed, expiring, revocable, without a word about the person in them.

A link carries a random handle that the book ties to an identifier; giving the identifier a new handle makes all its
old links dead. The signature has a salt of its own, so that no other signed value of the shop passes for a link.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core import signing
from django.db import connection

from choral.books import Tx
from choral.core.clock import DAY, SECOND
from choral.core.errors import NotAllowed
from choral.customers import sets

PREFERENCES, UNSUBSCRIBE, CONFIRM = "p", "u", "c"
# An unsubscribe link must work as long as somebody keeps the mail; a confirmation is of the moment.
LIFETIMES = {PREFERENCES: 180 * DAY, UNSUBSCRIBE: 800 * DAY, CONFIRM: 7 * DAY}
_SALT = "choral.customers.consent.link"
_SEPARATOR = "~"


@dataclass(frozen=True)
class Ticket:
    """What a link stands for: an identifier, with the purpose and channel to end, or the entry to confirm."""

    kind: str
    identifier: str
    purpose: str = ""
    channel: str = ""
    entry: int = 0


def make_handles(tx: Tx, identifiers: list[str]) -> dict[str, str]:
    """A handle for each identifier, those there are already included."""
    with connection.cursor() as cursor:
        among = sets.among_texts(cursor)
    tx.many(
        "INSERT INTO consent_link (identifier, handle, made_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (identifier) DO NOTHING",
        [(one, secrets.token_hex(16), tx.now) for one in dict.fromkeys(identifiers)],
    )
    asked = sets.as_json(identifiers)
    return dict(tx.rows(f"SELECT identifier, handle FROM consent_link WHERE identifier {among}", [asked]))  # noqa: S608


def revoke(tx: Tx, identifier: str) -> None:
    """All links of this identifier so far are dead from now on."""
    tx.execute("DELETE FROM consent_link WHERE identifier = %s", (identifier,))
    tx.audit("consent.links_revoked", identifier)


def handle_of(identifier: str) -> str | None:
    """The handle an identifier has, None when it never had a link."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT handle FROM consent_link WHERE identifier = %s", [identifier])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def sign(kind: str, handle: str, *rest: str) -> str:
    """The token of a link."""
    return _signer().sign(".".join((kind, handle, *rest)))


def path_of(token: str) -> str:
    """Where the page of a token is."""
    return f"/{token[:1]}/{token}"


def read(token: str, kind: str) -> Ticket:
    """What a token stands for; `NotAllowed` `link_dead`, the same words whether it is old, revoked or made up."""
    try:
        said = _signer().unsign(token, max_age=LIFETIMES[kind] // SECOND).split(".")
    except signing.BadSignature as error:
        raise _dead() from error
    found = _identifier_of(said[1]) if said[0] == kind and len(said) >= 2 else None
    if found is None:
        raise _dead()
    if kind == UNSUBSCRIBE:
        return Ticket(kind, found, said[2], said[3])
    return Ticket(kind, found, entry=int(said[2])) if kind == CONFIRM else Ticket(kind, found)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT, sep=_SEPARATOR)


def _identifier_of(handle: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT identifier FROM consent_link WHERE handle = %s", [handle])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def _dead() -> NotAllowed:
    return NotAllowed(
        "link_dead",
        "This link does not work (any more).",
        "It is old, was replaced, or was not copied whole.",
        "Use the link in our newest message, or ask us.",
        status=403,
    )
