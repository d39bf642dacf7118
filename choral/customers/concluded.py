"""What the shop concludes about a person, for the person to read: worked-out figures and what they seem to prefer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from choral.core.errors import NotFound
from choral.customers.privacy.contract import Section

if TYPE_CHECKING:
    from choral.customers.door import Customers


def concluded(customers: Customers, customer: str) -> list[Section]:
    """Nothing for a stranger, nor where nothing may be concluded: then nothing is (GDPR art. 15 (1) h, 21)."""
    try:
        number, ids = customers.identifiers(customer=customer)
    except NotFound:
        return []
    if not number or not customers.traits.allowed(ids):
        return []
    known = customers.traits.known(ids)
    preference = customers.traits.preference(known)
    return [
        Section(
            "traits", "What was worked out about you",
            tuple({"name": one.name, "value": one.value, "why": one.means, "events": one.rows}
                  for one in customers.traits.of(known) if one.value is not None),
        ),
        Section(
            "traits", "Which channels you seem to prefer",
            tuple({"channel": one.channel, "share": round(one.share, 3)} for one in preference.channels),
        ),
    ]  # fmt: skip
