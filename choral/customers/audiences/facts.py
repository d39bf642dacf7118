"""What audiences tell the log: who entered and who left, each once."""

from __future__ import annotations

from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets

ENTERED, LEFT = "Audience Entered", "Audience Left"


def moved(name: str, identifier: str, audience: str, version: int, because: str, now: int) -> Event:
    """Somebody entered or left. `because`: `followed` (something happened, or time passed), `filled` (the audience was
    made or changed), `archived`. The identifier is the one that stands for the customer,
    '' for one who has none any more."""
    return Event(
        id=str(new_id(now)), name=name, at=now, ids=(identifier,) if identifier else (), channel="console",
        properties=sets.raw({"audience": audience, "version": version, "because": because}),
    )  # fmt: skip
