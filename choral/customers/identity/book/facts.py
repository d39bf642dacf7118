"""The facts identity's book tells. They have no subject, so that undoing one leaves no trace in figures."""

from __future__ import annotations

from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.identity.book.values import Correction
from choral.customers.identity.directions import AGAIN, APART, MERGED, RULED, UNDONE
from choral.customers.identity.kinds import RuleSet, encode

_NAMES = {("join", False): MERGED, ("join", True): UNDONE, ("apart", False): APART, ("apart", True): AGAIN}


def corrected(one: Correction, now: int, withdrawn: bool) -> Event:
    """A correction was made, or withdrawn; why stays in the book, for it may name people."""
    said: dict[str, object] = {"correction": one.id, "one": one.one, "other": one.other}
    return _fact(_NAMES[one.kind, withdrawn], now, said)


def ruled(rules: RuleSet, now: int) -> Event:
    """The rules are other ones: all of them, so that the newest fact is enough."""
    return _fact(RULED, now, {"rules": encode(rules)})


def _fact(name: str, now: int, said: dict[str, object]) -> Event:
    return Event(id=str(new_id(now)), name=name, at=now, channel="console", properties=sets.raw(said))
