"""The reference page of the library, made from its docstrings: `python -m tools.library docs/reference/library.md`."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from choral.analytics import values as analytics_values
from choral.analytics.door import Analytics
from choral.analytics.plots import Plots
from choral.analytics.table_columns import COLUMNS
from choral.analytics.tables import Table, Tables
from choral.channels import contract as channels
from choral.connectors import contract as connectors
from choral.connectors import values as connector_values
from choral.connectors.door import Connectors
from choral.core import errors, event
from choral.customers import values as customer_values
from choral.customers.consent import values as consent_values
from choral.customers.consent.door import Consent
from choral.customers.door import CustomerFilter, Customers
from choral.events import door as events
from choral.events.lake.datasets import DATASETS
from choral.events.store import RejectedRow, Source
from choral.shop import Shop, open_shop

_OPENING = """# The library

Made from the docstrings by `python -m tools.library`; do not edit it here.

```python
import choral

shop = choral.open_shop("demo")   # a name, or the folder of a shop
shop.tables.orders.head()
```

Everything hangs on the shop. It may be open beside a running server and in many processes at once. Unless a line
below says otherwise, amounts are integer minor units (cents) with their currency, times are µs since 1970 in UTC, and
days are days of the shop's own time zone. Values are frozen: change the shop by asking it, not by changing an answer.
What cannot be done raises a `ChoralError` with a stable `code`, and says what happened, why, and how to mend it.
"""


def page() -> str:
    """The whole page in Markdown."""
    parts = [_OPENING, *_shop(), *_measure(), *_customers(), *_events(), *_connections(), *_errors()]
    return "\n".join(parts).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def _shop() -> Iterator[str]:
    yield "## Open a shop\n"
    yield from _function("choral.open_shop", open_shop)
    yield from _class(Shop, hidden={"log", "log_writer", "prepare"})


def _measure() -> Iterator[str]:
    yield "## Tables and SQL: `shop.tables`, `shop.sql`\n"
    yield from _class(Tables, hidden={"fetch"})
    yield from _class(Table)
    for name, columns in COLUMNS.items():
        yield from _columns(name, [(column, kind, told) for column, (kind, told) in columns.items()])
    for name, dataset in DATASETS.items():
        yield from _columns(name, [(one.name, str(one.type), one.description) for one in dataset.columns])
    yield "## Pictures: `shop.plot`\n"
    yield from _class(Plots)
    yield "## One measure: `shop.analytics`\n"
    yield from _class(Analytics, hidden={"close", "refresh", "tables", "plot"})
    yield from _values(analytics_values)


def _customers() -> Iterator[str]:
    yield "## One customer: `shop.customers`\n"
    yield from _class(Customers)
    yield from _class(CustomerFilter, hidden={"sql"})
    yield from _values(customer_values)
    yield "### Consent: `shop.customers.consent`\n"
    yield from _class(Consent)
    yield from _values(consent_values)


def _events() -> Iterator[str]:
    yield "## Events: `shop.events`\n"
    yield from _class(events.Events)
    for one in (event.Event, Source, events.Accepted, events.RefusedEvent, events.Recent, events.Status, RejectedRow):
        yield from _class(one)


def _connections() -> Iterator[str]:
    yield "## Imports and connectors: `shop.connectors`\n"
    yield from _class(Connectors)
    yield from _values(connector_values)
    yield "## The contract of a connector: `choral.connectors.contract`\n"
    yield from _contract(connectors)
    yield "## The contract of a channel: `choral.channels.contract`\n"
    yield from _contract(channels)


def _errors() -> Iterator[str]:
    yield "## Errors: `choral.core.errors`\n"
    yield f"{inspect.getdoc(errors.ChoralError)}\n"
    yield "| error | when |\n| --- | --- |"
    for one in vars(errors).values():
        if inspect.isclass(one) and issubclass(one, errors.ChoralError) and one is not errors.ChoralError:
            yield f"| `{one.__name__}` | {_cell(inspect.getdoc(one) or '')} |"


def _values(module: types.ModuleType) -> Iterator[str]:
    exported = getattr(module, "__all__", None) or [
        name for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__
    ]
    for name in sorted(exported):
        if inspect.isclass(getattr(module, name)):
            yield from _class(getattr(module, name))


def _contract(module: types.ModuleType) -> Iterator[str]:
    yield f"{inspect.getdoc(module)}\n"
    for name, one in vars(module).items():
        if getattr(one, "__module__", "") != module.__name__ or name.startswith("_"):
            continue
        yield from _class(one) if inspect.isclass(one) else _function(name, one)


def _class(one: type[Any], hidden: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    yield f"### `{one.__name__}`\n"
    told = inspect.getdoc(one) or ""
    if told and not told.startswith(f"{one.__name__}("):  # a dataclass without a docstring is given its signature
        yield f"{told}\n"
    if fields := _fields(one):
        yield "```python"
        yield from fields
        yield "```\n"
    for name, member in vars(one).items():
        if not name.startswith("_") and name not in hidden and (member := _called(member)) is not None:
            yield _member(name, *member)
    yield ""


def _called(member: object) -> tuple[str, str] | None:
    """The signature and the docstring of a method or a property; None for what is a plain value."""
    if isinstance(member, staticmethod | classmethod):
        member = member.__func__
    if inspect.isfunction(member):
        return _signature(member), inspect.getdoc(member) or ""
    getter = getattr(member, "fget", None) or getattr(member, "func", None)  # property, cached_property
    if inspect.isfunction(getter):
        return f": {getter.__annotations__.get('return', 'Any')}", inspect.getdoc(getter) or ""
    return None


def _member(name: str, signature: str, told: str) -> str:
    paragraphs = told.replace("\n\n", "\n\n  ").replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"* `{name}{signature}`" + (f"<br>\n  {paragraphs}" if told else "")


def _function(name: str, function: Any) -> Iterator[str]:
    yield f"### `{name}`\n"
    yield f"```python\n{name}{_signature(function)}\n```\n"
    yield f"{inspect.getdoc(function) or ''}\n"


def _signature(function: Any) -> str:
    found = inspect.signature(function)
    parameters = [one.replace(annotation=_plain(one.annotation)) for one in found.parameters.values()]
    shown = found.replace(
        parameters=[one for one in parameters if one.name not in ("self", "cls")],
        return_annotation=_plain(found.return_annotation),
    )
    return str(shown)


class _Text:
    """A type as it stands in the source: `inspect` would put quotes around it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _plain(annotation: object) -> object:
    return _Text(annotation) if isinstance(annotation, str) else annotation


def _fields(one: type[Any]) -> list[str]:
    """The fields of a value, or the attributes a contract asks for, with types and defaults."""
    types_ = {
        name: kind for base in reversed(one.__mro__) for name, kind in vars(base).get("__annotations__", {}).items()
    }
    if dataclasses.is_dataclass(one):
        defaults = {field.name: _default(field.default, field.default_factory) for field in dataclasses.fields(one)}
    elif issubclass(one, msgspec.Struct):
        found = msgspec.structs.fields(one)
        defaults = {field.name: _default(field.default, field.default_factory) for field in found}
    elif getattr(one, "_is_protocol", False):
        defaults = {name: "" for name in types_ if not name.startswith("_")}
    else:
        return []
    return [f"{name}: {types_[name]}{default}" for name, default in defaults.items()]


def _default(value: object, factory: object) -> str:
    absent = (dataclasses.MISSING, msgspec.NODEFAULT)
    if value not in absent:
        return f" = {bytes(value).decode() if isinstance(value, msgspec.Raw) else repr(value)}"
    return "" if factory in absent else f" = {getattr(factory, '__name__', factory)}()"


def _columns(name: str, columns: list[tuple[str, str, str]]) -> Iterator[str]:
    yield f"### `shop.tables.{name}`\n"
    yield "| column | type | meaning |\n| --- | --- | --- |"
    for column, kind, told in columns:
        yield f"| `{column}` | {kind.lower()} | {_cell(told)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
