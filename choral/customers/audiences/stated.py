"""Traits and personal values as columns: the same plain values that conditions compare in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pyarrow

from choral.core.event import Event
from choral.customers.audiences.plain import Plain, plain
from choral.customers.profiles.rules import IDENTIFIED, traits

_json = msgspec.json.Decoder()


def stated_rows(identified: pyarrow.Table, schema: pyarrow.Schema) -> pyarrow.Table:
    """The traits that events told; given their `key`, `source`, `at` and `properties`."""
    rows: list[tuple[Any, ...]] = []
    for key, source, at, properties in zip(*(column.to_pylist() for column in identified.columns), strict=True):
        event = Event("", IDENTIFIED, at, properties=msgspec.Raw(properties.encode()))
        rows += [(key, field, source, at, value, *of_json(value)) for field, value in traits(event)]
    return table_of(rows, schema)


def of_json(text: str) -> Plain:
    """A stated value, which views keep as JSON."""
    return plain(_json.decode(text))


def table_of(rows: Iterable[tuple[Any, ...]], schema: pyarrow.Schema) -> pyarrow.Table:
    """Rows as columns of a schema."""
    listed = list(rows)
    columns: Iterable[Any] = zip(*listed, strict=True) if listed else [()] * len(schema)
    arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pyarrow.Table.from_arrays(arrays, schema=schema)
