"""What was done to a source, told to the audit log: the log of events itself keeps no history of them."""

from __future__ import annotations

from choral.books import Actor, act, note
from choral.events.store import Source


def note_source(actor: Actor, action: str, source: Source) -> None:
    """`action` such as source.created; the key itself is never written down."""
    after = {"name": source.name, "channel": source.channel, "enabled": source.enabled}
    act(note, actor, action, f"source:{source.id}", after)
