"""Reads of studies and imported tables."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import msgspec
import numpy as np
import pyarrow.ipc
from django.db import connection

from choral.analytics.geo.panel import Panel
from choral.analytics.geo.values import Imported, Question, Study
from choral.core.errors import NotFound

_STUDY = "SELECT id, question, at, actor FROM geo_study WHERE "
_TABLE = "SELECT id, name, units, left_out, since, until, at FROM geo_table WHERE removed_at IS NULL"


def studies() -> list[Study]:
    """All studies that are not put away, the last changed first."""
    return [_study(row) for row in _rows(_STUDY + "removed_at IS NULL ORDER BY at DESC, id DESC")]


def study(study_id: str, removed: bool = False) -> Study:
    """One study, also one that was put away when `removed`; `NotFound` without it."""
    found = _rows(_STUDY + "id = %s" + ("" if removed else " AND removed_at IS NULL"), (study_id,))
    if not found:
        raise NotFound("no_such_study", "There is no such study.", status=404)
    return _study(found[0])


def tables() -> list[Imported]:
    """All imported tables, the newest first."""
    return [_imported(row) for row in _rows(_TABLE + " ORDER BY at DESC, id DESC")]


def table(table_id: str) -> Imported:
    """One imported table; `NotFound` without it."""
    found = _rows(_TABLE + " AND id = %s", (table_id,))
    if not found:
        raise NotFound("no_such_table", "There is no such table of areas.", "It may have been put away.", status=404)
    return _imported(found[0])


def panel(table_id: str) -> Panel:
    """The figures of an imported table, day by day."""
    about = table(table_id)
    body = _rows("SELECT body FROM geo_table WHERE id = %s", (table_id,))[0][0]
    with pyarrow.ipc.open_stream(BytesIO(bytes(body))) as file:
        found = file.read_all()
    values = np.column_stack([column.to_numpy() for column in found.columns])
    days = tuple(about.since + timedelta(days=number) for number in range(len(values)))
    return Panel(tuple(found.column_names), days, 1, values)


def _rows(sql: str, params: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _study(row: tuple[Any, ...]) -> Study:
    return Study(row[0], msgspec.json.decode(row[1], type=Question), row[2], row[3])


def _imported(row: tuple[Any, ...]) -> Imported:
    since, until = (one if isinstance(one, date) else date.fromisoformat(one) for one in row[4:6])
    return Imported(row[0], row[1], tuple(json.loads(row[2])), tuple(json.loads(row[3])), since, until, row[6])
