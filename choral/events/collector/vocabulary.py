"""What the collector needs of the vocabulary, by name."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import Raw

from choral.core.errors import InvalidInput
from choral.core.money import Money

PERSONAL_FIELDS = frozenset(
    "email phone first_name last_name full_name address street postal_code birthday ip shipping_address "
    "billing_address".split()
)
PERSONAL_TRAITS = frozenset("name avatar username gender age city".split())


class Verdict(NamedTuple):
    code: str | None = None
    message: str = ""
    amount: int | None = None
    currency: str | None = None
    version: int = 1


class _Any(msgspec.Struct):
    revenue: float | None = None
    total: float | None = None
    value: float | None = None
    currency: str | None = None


_d = msgspec.json.Decoder(_Any).decode


def canonical(name: str) -> str:
    return name


def judge(name: str, properties: bytes | Raw) -> Verdict:
    try:
        found = _d(properties)
        amount = found.revenue if found.revenue is not None else found.total if found.total is not None else found.value
        if amount is None or found.currency is None:
            return Verdict()
        money = Money.of(str(amount), found.currency)
        return Verdict(None, "", money.minor, money.currency)
    except msgspec.ValidationError as error:
        return Verdict("wrong_type", str(error))
    except InvalidInput as error:
        return Verdict(error.code, str(error))
