"""The storeys' frozen values as public JSON, and the schema of that JSON: money with its currency, times as ISO 8601.

Both come from the same rules over the same dataclass, so that what is documented is what is sent. Amounts that the
doors give as minor units become `{"amount": 1990, "currency": "EUR"}`; microseconds become UTC times; the `rows` of a
page become `data`.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin

import msgspec
from ninja import Schema
from pydantic import ConfigDict, create_model

from choral.core.clock import to_datetime

# The fields that hold minor units; everything else that is a whole number is a count.
_MONEY: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "Totals": "amount discount average",
        "Series": "amounts amount before",
        "OrderRow": "amount discount",
        "OrderPage": "amount",
        "OrderLine": "total discount",
        "ProductRow": "amount",
        "Effect": "per_customer low high total total_low total_high expected",
        "Week": "reached comparison",
        "Campaign": "coupon_sales",
        "Rfm": "amount",
        "RfmCell": "amount",
        "RfmSegment": "amount",
        "RfmBorders": "amount_from amount_to",
        "RfmCustomer": "amount",
        "Slipping": "amount at_risk",
        "SlippingPage": "at_risk",
        "Customer": "revenue average",
        "Side": "revenue",
        "MergePreview": "revenue",
        "CustomerRow": "revenue average",
        "Figure": "revenue refunded",
        "TimelineEntry": "amount",
        "Event": "amount",
        "TraitRow": "amount",
        "Recommendation": "price",
        "Offer": "expected",
    }.items()
}
_BY_UNIT = {
    "Headline": frozenset({"value", "before", "spark"}),
    "MetricSeries": frozenset({"value", "before", "values", "earlier"}),
}  # money only where `unit` says so
_UNIONS = (Union, types.UnionType)


class Money(Schema):
    """An amount in minor units (cents) of an ISO 4217 currency."""

    model_config = ConfigDict(extra="forbid")
    amount: int
    currency: str


def plain(value: Any, currency: str) -> Any:
    """A value of a door as JSON data; `currency` is that of amounts whose own object names none."""
    if dataclasses.is_dataclass(value) or isinstance(value, msgspec.Struct):
        return _object(value, currency)
    if isinstance(value, tuple | list):
        return [plain(one, currency) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one, currency) for key, one in value.items()}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, msgspec.Raw):
        return json.loads(bytes(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value


def encode(value: Any, currency: str) -> bytes:
    """`plain` as JSON bytes."""
    return msgspec.json.encode(plain(value, currency))


@cache
def shape(kind: Any) -> Any:
    """The schema of `plain(value)` for values of a type."""
    if dataclasses.is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return _model(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in _UNIONS:
        return Union[tuple(shape(part) for part in parts)]  # noqa: UP007 - built from parts
    if origin in (tuple, list) or str(origin).endswith("Sequence'>"):
        inner = [part for part in parts if part is not Ellipsis]
        return list[Union[tuple(shape(part) for part in inner)]]  # type: ignore[misc] # noqa: UP007
    if origin is dict:
        return dict[str, Any]
    if kind is bytes:
        return str
    return Any if kind in (object, msgspec.Raw) else kind


def _object(value: Any, currency: str) -> dict[str, Any]:
    name = type(value).__name__
    money = _MONEY.get(name, frozenset())
    if name in _BY_UNIT and value.unit == "money":
        money = _BY_UNIT[name]
    currency = getattr(value, "currency", None) or currency
    fields = _fields(type(value))
    found: dict[str, Any] = {}
    for field in fields:
        one = getattr(value, field)
        if field in money:
            found[field] = _money(one, currency)
        elif _is_time(field):
            found[field] = _time(one)
        else:
            found[_name(field, fields)] = plain(one, currency)
    return found


def _money(value: Any, currency: str) -> Any:
    if isinstance(value, tuple):
        return [_money(one, currency) for one in value]
    return None if value is None else {"amount": int(value), "currency": currency}


def _time(value: Any) -> str | None:
    """None for 0 too: the doors' word for “never”."""
    return to_datetime(value).isoformat().replace("+00:00", "Z") if value else None


def _is_time(field: str) -> bool:
    return field in ("at", "claimed") or field.endswith("_at")


def _name(field: str, fields: tuple[str, ...]) -> str:
    return "data" if field == "rows" and "next" in fields else field


def _fields(kind: Any) -> tuple[str, ...]:
    if dataclasses.is_dataclass(kind):
        return tuple(one.name for one in dataclasses.fields(kind))
    return tuple(kind.__struct_fields__)


def _model(kind: Any) -> type[Schema]:
    hints = typing.get_type_hints(kind)
    money = _MONEY.get(kind.__name__, frozenset())
    fields = _fields(kind)
    made: dict[str, Any] = {}
    for field in fields:
        hint = hints[field]
        if field in money:
            made[field] = (_money_shape(hint), ...)
        elif kind.__name__ in _BY_UNIT and field in _BY_UNIT[kind.__name__]:
            made[field] = (_either_shape(hint), ...)
        elif _is_time(field):
            made[field] = (datetime | None, ...)
        else:
            made[_name(field, fields)] = (shape(hint), ...)
    return create_model(
        _title(kind), __base__=_Shape, __doc__=" ".join((kind.__doc__ or "").split()), __module__=__name__, **made
    )


_titles: dict[str, Any] = {}


def _title(kind: Any) -> str:
    """The name of a shape in the document; of two rooms' shapes of one name the second carries its room's too."""
    if _titles.setdefault(kind.__name__, kind) is kind:
        return str(kind.__name__)
    room = kind.__module__.rpartition(".")[0].rpartition(".")[2]
    return f"{room.title().replace('_', '')}{kind.__name__}"


class _Shape(Schema):
    model_config = ConfigDict(extra="forbid")


def _money_shape(hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return list[Money]
    return Money | None if type(None) in get_args(hint) else Money


def _either_shape(hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return list[Money | float]
    return Money | float | None if type(None) in get_args(hint) else Money | float
