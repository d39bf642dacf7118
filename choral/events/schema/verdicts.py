"""The verdict on one event's properties: right types or not, and the amount it is worth."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from choral.core.errors import InvalidInput
from choral.core.money import CURRENCIES, Money, check_currency, minor_digits
from choral.events.schema.catalogue import SCHEMAS
from choral.events.schema.explain import look_again
from choral.events.schema.kinds import Properties

_LARGEST = 9e15  # minor units; above it a double no longer holds every whole number
_NEAR = 1e-6  # of a minor unit: nearer than this, 59.9 is meant as 59.90


class Verdict(NamedTuple):
    """`code` is None when the event is accepted, else a stable reason with a `message` that names the field.

    `amount` is in integer minor units of `currency` (ISO 4217). `version` is the schema's, 0 for an event that the
    vocabulary does not know.
    """

    code: str | None = None
    message: str = ""
    amount: int | None = None
    currency: str | None = None
    version: int = 1


class _Known(NamedTuple):
    schema: type[Properties]
    decode: Callable[[bytes | Raw], Any]
    worth: tuple[str, ...]  # the properties that may carry the amount, the best first
    spoken: bool  # whether a currency is among the properties
    accepted: Verdict


class _Anything(msgspec.Struct, gc=False):
    revenue: Any = None
    total: Any = None
    value: Any = None
    currency: Any = None


def _known(schema: type[Properties]) -> _Known:
    fields = schema.__struct_fields__
    worth = tuple(name for name in ("revenue", "total", "value") if name in fields)
    decode = msgspec.json.Decoder(schema, strict=False).decode  # not strict: numbers may come as text
    return _Known(schema, decode, worth, "currency" in fields, Verdict(version=schema.VERSION))


_KNOWN = {name: _known(schema) for name, schema in SCHEMAS.items()}
_UNKNOWN = Verdict(version=0)
_decode_anything = msgspec.json.Decoder(_Anything).decode


def judge(name: str, properties: bytes | Raw, home: str | None = None) -> Verdict:
    """What to think of an event with this canonical name and these properties (a JSON object).

    The amount is the revenue, else the total, else the value; it is in the currency that the event names, else in
    `home`, the shop's own; without either there is none. An event that the vocabulary does not know is accepted
    whatever it says, and is worth something only when it names the currency too.
    """
    known = _KNOWN.get(name)
    if known is None:
        return _unknown(properties)
    try:
        read = known.decode(properties)
    except msgspec.ValidationError as problem:
        read, message = look_again(known.schema, properties, str(problem))
        if read is None:
            return Verdict("wrong_type", message, version=known.accepted.version)
    if not known.spoken:
        return known.accepted
    currency = read.currency or home
    if not currency:
        return known.accepted
    for field in known.worth:
        worth = getattr(read, field)
        if worth is not None:
            return _worth(worth, currency, known.accepted.version)
    return _checked(currency, known.accepted)


def _checked(currency: str, accepted: Verdict) -> Verdict:
    try:
        if currency not in CURRENCIES:
            check_currency(currency)
    except InvalidInput as problem:
        return Verdict(problem.code, str(problem), version=accepted.version)
    return accepted


def _worth(worth: float, currency: str, version: int) -> Verdict:
    try:
        code = currency if currency in CURRENCIES else check_currency(currency)
        scaled = worth * 10 ** minor_digits(code)
        if not isfinite(scaled) or abs(scaled) >= _LARGEST:
            raise InvalidInput(
                "invalid_amount",
                f"“{worth}” is not an amount of money.",
                "It is not a number, or larger than any sum of money.",
                "Send a number such as 59.90, in major units.",
            )
        whole = round(scaled)
        if abs(scaled - whole) > _NEAR:  # between two minor units: by the digits as they were written
            whole = Money.of(str(worth), code).minor
    except InvalidInput as problem:
        return Verdict(problem.code, str(problem), version=version)
    return Verdict(None, "", whole, code, version)


def _unknown(properties: bytes | Raw) -> Verdict:
    """Kept in any case; worth something only when it says so plainly."""
    try:
        read = _decode_anything(properties)
    except msgspec.ValidationError:
        return Verdict("wrong_type", 'The properties must be an object such as {"product_id": "42"}.', version=0)
    worth = next((one for one in (read.revenue, read.total, read.value) if one is not None), None)
    if type(read.currency) is not str or isinstance(worth, bool) or not isinstance(worth, int | float | str):
        return _UNKNOWN
    try:
        money = Money.of(str(worth), read.currency)
    except InvalidInput:
        return _UNKNOWN
    return Verdict(None, "", money.minor, money.currency, 0) if abs(money.minor) < _LARGEST else _UNKNOWN
