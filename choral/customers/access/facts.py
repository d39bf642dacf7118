"""The facts the room tells: what became of a token, what it may open, and each reading. No personal data in any."""

from __future__ import annotations

from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.access.values import Reading, Rights, Token, Verdict

CHANNEL = "token"


def identifiers(token: Token, person: str = "") -> tuple[str, ...]:
    """Whom a fact is about: the person, and the token's number where it is one person's for good.

    A lent token's number must not tie the borrower to the owner, nor a reusable one two guests; a reusable token in
    nobody's name goes by the number of its issue.
    """
    who = person or token.holder
    if token.reusable or who != token.holder:
        return (who,) if who else (f"token:{token.id}",)
    own = f"token:{token.value}"
    return (who, own) if who and who != own else (own,)


def token_fact(name: str, token: Token, now: int, person: str = "", **properties: object) -> Event:
    """Something became of a token: issued, blocked, unblocked, replaced, lent, returned."""
    said: dict[str, object] = {"token_id": token.id, "kind": token.kind} | _known(properties)
    return _event(name, now, now, identifiers(token, person), said)


def grant_fact(name: str, token: Token, grant: int, rights: Rights, now: int) -> Event:
    """Rights were given or taken."""
    said: dict[str, object] = {"token_id": token.id, "grant_id": grant, "place": rights.place}
    return _event(name, now, now, identifiers(token), said | _known({"entries": rights.entries}))


def token_read(
    token: Token | None, reading: Reading, verdict: Verdict, grant: int | None, store: str, now: int
) -> Event:
    """A reading. The number of a token nobody issued stays out: it may be somebody's bank card."""
    known = token is not None
    said: dict[str, object] = {
        "token": reading.value if known else None, "token_id": verdict.token_id or None, "place": reading.place,
        "store_id": store or None, "allowed": verdict.allowed, "reason": verdict.reason,
        "direction": "out" if reading.leaving else "in", "grant_id": grant, "reader": reading.reader,
    }  # fmt: skip
    ids = identifiers(token, verdict.person) if token is not None else ()
    return _event("Token Read", now, verdict.at, ids, _known(said))


def _event(name: str, now: int, at: int, ids: tuple[str, ...], properties: dict[str, object]) -> Event:
    return Event(
        id=str(new_id(now)), name=name, at=at, ids=ids, channel=CHANNEL, properties=sets.raw(properties)
    )  # fmt: skip


def _known(properties: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in properties.items() if value is not None}
