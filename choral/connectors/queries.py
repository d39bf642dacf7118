"""Reads what is remembered of connectors and imports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from choral.connectors.models import Cursor, Import
from choral.customers import sets


def cursor_of(connector: str, stream: str) -> str:
    """Where to go on reading; "" at the beginning."""
    found = Cursor.objects.filter(connector=connector, stream=stream).first()
    return found.cursor if found else ""


def one(import_id: str) -> dict[str, Any] | None:
    """An import's row as plain values."""
    return Import.objects.filter(id=import_id).values().first()  # type: ignore[return-value]


def newest(limit: int) -> list[dict[str, Any]]:
    """Imports, newest first, without those that were thrown away."""
    return list(Import.objects.exclude(state="discarded").order_by("-created_at").values()[:limit])  # type: ignore[arg-type]


def running() -> list[str]:
    """The imports that were begun and have not ended."""
    return list(Import.objects.filter(state="running").order_by("created_at").values_list("id", flat=True))


def contents(kind: str, keys: Iterable[int]) -> dict[int, tuple[int, str]]:
    """What is known of these keys: the content's hash and the import that brought it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, content, import_id FROM connectors_importedrow"  # noqa: S608
            f" WHERE kind = %s AND key {sets.among_numbers(cursor)}",
            [kind, json.dumps(list(keys))],
        )
        return {key: (content, import_id) for key, content, import_id in cursor.fetchall()}
