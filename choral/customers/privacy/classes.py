"""Classes of fields, and which of them a role sees whole. Pure.

public: may stand anywhere · internal: for the retailer's own people · personal: says who somebody is or how to reach
them · sensitive: says something about them that can harm. A field nobody has classified is personal when it comes
from the records and internal when it is a trait.
"""

from __future__ import annotations

from collections.abc import Mapping

LEVELS = ("public", "internal", "personal", "sensitive")
DEFAULTS: Mapping[str, str] = {
    "country": "internal", "language": "internal", "tier": "internal", "age_band": "internal",
    "first_name": "personal", "last_name": "personal", "name": "personal", "email": "personal", "phone": "personal",
    "street": "personal", "postal_code": "personal", "city": "personal", "company": "personal", "username": "personal",
    "birthday": "sensitive", "age": "sensitive", "gender": "sensitive", "income_band": "sensitive",
    "marital_status": "sensitive", "household_composition": "sensitive", "kids": "sensitive", "health": "sensitive",
    "religion": "sensitive", "allergies": "sensitive", "disability": "sensitive", "iban": "sensitive",
    "avatar": "personal", "ip": "personal", "recipient": "personal",
}  # fmt: skip
# The highest class each role sees without saying why; for everything above it a value is masked.
SEEN_BY: Mapping[str, str] = {
    "owner": "sensitive", "privacy": "sensitive", "agent": "personal", "associate": "personal",
    "marketer": "internal", "analyst": "internal",
}  # fmt: skip


def class_of(field: str, changed: Mapping[str, str], record: bool) -> str:
    """The class of a field: as somebody decided, by default, or by where it comes from."""
    return changed.get(field) or DEFAULTS.get(field) or ("personal" if record else "internal")


def may_see(role: str, level: str) -> bool:
    """Whether a role sees values of a class whole; unknown roles see what is public."""
    return LEVELS.index(level) <= LEVELS.index(SEEN_BY.get(role, "public"))
