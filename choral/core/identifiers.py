"""What a channel calls a person: a kind and a value, normalised, personal kinds pseudonymised."""

from __future__ import annotations

from typing import NamedTuple

from choral.core.ids import pseudonym

# Kinds whose value is personal data in itself; the log and the lake only ever see their keyed hash.
PERSONAL_KINDS = frozenset({"email", "phone", "address", "name"})
KINDS = (
    frozenset({"anonymous", "device", "user", "email", "phone", "card", "token", "marketplace", "social", "receipt"})
    | PERSONAL_KINDS
)

# The union of what Segment and PostHog refuse as ids: they mean "nobody" and would glue strangers together.
_NOBODY = frozenset(
    {
        "", "-1", "null", "none", "undefined", "nil", "nan", "true", "false", "anonymous", "guest",
        "distinct_id", "distinctid", "id", "email", "user", "userid", "user_id", "unknown", "n/a", "na",
        "not_authenticated", "[object object]", "test@test.com", "no@email.com", "noemail@noemail.com",
    }
)  # fmt: skip


class Identifier(NamedTuple):
    """`card:8812`; in the log a personal value stands as `email:#<32 hex digits>`."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @classmethod
    def parse(cls, text: str) -> Identifier:
        kind, _, value = text.partition(":")
        return cls(kind, value)


def is_nobody(value: str) -> bool:
    """Whether a value is a stand-in for “no id” (null, 0, undefined, guest ...) and must not identify anyone."""
    bare = value.strip().strip("\"'").lower()
    return bare in _NOBODY or not bare.strip("0")


def normalise(kind: str, value: str, region: str = "FR") -> str | None:
    """The one spelling of a value, or None when it identifies nobody.

    E-mail in lower case; phone in E.164 (numbers without a country code are read in `region`, ISO 3166-1);
    everything else stripped.
    """
    bare = value.strip()
    if is_nobody(bare):
        return None
    if kind == "email":
        return bare.lower() if "@" in bare and len(bare) <= 254 else None
    if kind == "phone":
        return normalise_phone(bare, region)
    return bare[:255]


def normalise_phone(value: str, region: str = "FR") -> str | None:
    """E.164 of a telephone number in any spelling, or None when no country could use it."""
    import phonenumbers  # deferred: 60 ms that the command line's help must not pay

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def seen(kind: str, value: str, secret: bytes, region: str = "FR") -> Identifier | None:
    """The identifier as the log may keep it: normalised, and pseudonymised where the kind is personal."""
    clean = normalise(kind, value, region)
    if clean is None:
        return None
    return Identifier(kind, f"#{pseudonym(secret, f'{kind}:{clean}')}" if kind in PERSONAL_KINDS else clean)
