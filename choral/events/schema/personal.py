"""Which properties are personal data by their name; they never stay in the log."""

from __future__ import annotations

# Anywhere in an event.
PERSONAL_FIELDS = frozenset(
    "email phone first_name last_name full_name address street postal_code birthday ip shipping_address "
    "billing_address recipient".split()
)
# Only where an event speaks of a person: a product has a name too.
PERSONAL_TRAITS = frozenset("name avatar username gender age city".split())
