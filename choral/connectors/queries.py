"""Reads what is remembered of connectors and imports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from choral.customers import sets

_IMPORT = ("id", "name", "kind", "state", "size", "by", "created_at", "started_at", "finished_at", "reading", "columns",
           "result")  # fmt: skip
_SELECT = f"SELECT {', '.join(_IMPORT)} FROM connectors_import"  # noqa: S608
_JSON = ("reading", "columns", "result")


def cursor_of(connector: str, stream: str) -> str:
    """Where to go on reading; "" at the beginning."""
    found = _rows("SELECT cursor FROM connectors_cursor WHERE connector = %s AND stream = %s", (connector, stream))
    return str(found[0][0]) if found else ""


def one(import_id: str) -> dict[str, Any] | None:
    """An import as plain values."""
    found = _imports(f"{_SELECT} WHERE id = %s", (import_id,))
    return found[0] if found else None


def newest(limit: int) -> list[dict[str, Any]]:
    """Imports, newest first, without those that were thrown away."""
    return _imports(f"{_SELECT} WHERE state <> 'discarded' ORDER BY created_at DESC, id DESC LIMIT %s", (limit,))


def all_imports() -> list[dict[str, Any]]:
    """Every import there ever was, oldest first."""
    return _imports(f"{_SELECT} ORDER BY created_at, id", ())


def running() -> list[str]:
    """The imports that were begun and have not ended."""
    return [row[0] for row in _rows("SELECT id FROM connectors_import WHERE state = 'running' ORDER BY created_at")]


def contents(kind: str, keys: Iterable[int]) -> dict[int, tuple[int, str]]:
    """What is known of these keys: the content's hash and the import that brought it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, content, import_id FROM connectors_importedrow"  # noqa: S608
            f" WHERE kind = %s AND key {sets.among_numbers(cursor)}",
            [kind, json.dumps(list(keys))],
        )
        return {key: (content, import_id) for key, content, import_id in cursor.fetchall()}


def _imports(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    found = [dict(zip(_IMPORT, row, strict=True)) for row in _rows(sql, params)]
    for row in found:
        for name in _JSON:
            if isinstance(row[name], str):
                row[name] = json.loads(row[name])
    return found


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
