"""The two tables made from the log: their columns are the contract with analytics (docs/decisions/0001-ground.md)."""

from __future__ import annotations

import pyarrow

_MOMENT = pyarrow.timestamp("us", "UTC")
EVENTS = pyarrow.schema(
    [
        ("position", pyarrow.int64()),
        ("at", _MOMENT),
        ("received", _MOMENT),
        ("source", pyarrow.string()),
        ("id", pyarrow.string()),
        ("name", pyarrow.string()),
        ("channel", pyarrow.string()),
        ("subject", pyarrow.string()),
        ("ids", pyarrow.list_(pyarrow.string())),
        ("amount", pyarrow.int64()),
        ("currency", pyarrow.string()),
        ("properties", pyarrow.string()),
        ("context", pyarrow.string()),
        ("month", pyarrow.string()),
    ]
)
ORDER_LINES = pyarrow.schema(
    [
        ("position", pyarrow.int64()),
        ("at", _MOMENT),
        ("line", pyarrow.int32()),
        ("order_id", pyarrow.string()),
        ("channel", pyarrow.string()),
        ("store_id", pyarrow.string()),
        ("subject", pyarrow.string()),
        ("returned", pyarrow.bool_()),
        ("product_id", pyarrow.string()),
        ("name", pyarrow.string()),
        ("category", pyarrow.string()),
        ("quantity", pyarrow.float64()),
        ("total", pyarrow.int64()),
        ("discount", pyarrow.int64()),
        ("currency", pyarrow.string()),
        ("source", pyarrow.string()),
        ("month", pyarrow.string()),
    ]
)
TABLES = {"events": EVENTS, "order_lines": ORDER_LINES}
PARTITION = "month"
