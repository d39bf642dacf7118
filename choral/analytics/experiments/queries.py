"""Reads experiments and who drew which arm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from django.db import connection

from choral.analytics.experiments.values import Arm, Experiment, Plan
from choral.core.errors import NotFound
from choral.customers import sets

_COLUMNS = "id, key, name, kind, state, spec, salt, created_at, created_by, started_at, stopped_at, archived_at"
Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def ask(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a query outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def experiments(archived: bool = False) -> list[Experiment]:
    """All experiments in use, or those put away; the newest first."""
    said = "IS NOT NULL" if archived else "IS NULL"
    return _read(ask, f"archived_at {said} ORDER BY id DESC", [])


def keys() -> set[str]:
    """The keys of all experiments there ever were."""
    return {key for (key,) in ask("SELECT key FROM experiments_experiment", [])}


def find(key: str) -> Experiment | None:
    """One by its key."""
    found = _read(ask, "key = %s", [key])
    return found[0] if found else None


def locked(rows: Rows, key: str) -> Experiment:
    """One, held until the end of the transaction; `NotFound` `no_such_experiment`."""
    rows("UPDATE experiments_experiment SET state = state WHERE key = %s RETURNING id", [key])
    found = _read(rows, "key = %s", [key])
    if not found:
        raise missing(key)
    return found[0]


def drawn(rows: Rows, experiment: int, customers: Sequence[int]) -> tuple[str, int] | None:
    """The arm and the number of a person who drew already, under any number they ever had; the first lot counts."""
    with connection.cursor() as cursor:
        among = sets.among_numbers(cursor)
    found = rows(
        f"SELECT arm, customer FROM experiments_assignment WHERE experiment = %s AND customer {among}"  # noqa: S608
        " ORDER BY at, id LIMIT 1",
        [experiment, sets.as_json(customers)],
    )
    return (str(found[0][0]), int(found[0][1])) if found else None


def all_drawn(experiment: int) -> list[tuple[int, str]]:
    """Everybody who drew in an experiment with their arm, the first lot first."""
    rows = ask("SELECT customer, arm FROM experiments_assignment WHERE experiment = %s ORDER BY at, id", [experiment])
    return [(int(customer), str(arm)) for customer, arm in rows]


def missing(key: str) -> NotFound:
    """What is said of a key nobody gave."""
    return NotFound("no_such_experiment", f"There is no experiment “{key[:80]}”.", status=404)


def _read(rows: Rows, where: str, params: Sequence[Any]) -> list[Experiment]:
    found = rows(f"SELECT {_COLUMNS} FROM experiments_experiment WHERE {where}", params)  # noqa: S608 - our own words
    arms: dict[int, list[Arm]] = {}
    for number, *rest in rows(
        "SELECT experiment, key, name, weight, control FROM experiments_arm ORDER BY experiment, place", []
    ):
        key, name, weight, control = rest
        arms.setdefault(number, []).append(Arm(key, name, weight, bool(control)))
    return [_experiment(row, tuple(arms.get(row[0], ()))) for row in found]


def _experiment(row: Sequence[Any], arms: tuple[Arm, ...]) -> Experiment:
    number, key, name, kind, state, spec, salt, created_at, created_by, started_at, stopped_at, archived_at = row
    said = msgspec.json.decode(spec) | {"name": name, "kind": kind, "arms": []}
    plan = replace(msgspec.convert(said, Plan), arms=arms)
    return Experiment(
        key, plan, state, number, salt, created_at, created_by, started_at, stopped_at,
        archived_at is not None,
    )  # fmt: skip
