"""The facts the ledger tells: one an entry, pseudonymous, with everything a reader of the log needs but the proof."""

from __future__ import annotations

from choral.core.event import Event
from choral.customers import sets
from choral.customers.consent.rules import DENIED, GRANTED, PAUSED, PENDING, WITHDRAWN
from choral.customers.consent.values import Statement

NAMES = {
    GRANTED: "Consent Given",
    DENIED: "Consent Withdrawn",
    WITHDRAWN: "Consent Withdrawn",
    PENDING: "Consent Requested",
    PAUSED: "Consent Paused",
}


def fact(said: Statement, key: str, at: int) -> Event:
    """The fact of one entry. Its id is the entry's key, so that telling it twice is telling it once."""
    told = {
        "purpose": said.purpose, "channel": said.channel, "state": said.state, "place": said.place,
        "basis": said.basis, "wording": said.wording, "until": said.until, "heard_from": said.origin or None,
    }  # fmt: skip
    return Event(
        id=f"consent-{key}",
        name=NAMES[said.state],
        at=at,
        ids=(said.identifier,),
        channel=_channel(said.place),
        properties=sets.raw({name: value for name, value in told.items() if value is not None}),
    )


def _channel(place: str) -> str:
    """On which channel it happened, for the time line."""
    return {"sms": "sms", "console": "console", "store": "store", "call": "phone"}.get(place, "web")
