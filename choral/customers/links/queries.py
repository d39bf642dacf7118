"""Reads suggestions, their costs and the comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from choral.core.errors import NotFound
from choral.customers.links.rules import Costs
from choral.customers.links.values import Row, Run

ROW = "id, one, other, probability, levels, state, found_at, decided_at, by, correction"
_RUN = "id, state, by, asked_at, started_at, ended_at, people, found, problem"


def suggestion(number: int) -> Row:
    """One suggestion; `NotFound` `no_such_suggestion`."""
    found = _rows(f"SELECT {ROW} FROM links_suggestion WHERE id = %s", [number])  # noqa: S608 - our own names
    if not found:
        raise NotFound("no_such_suggestion", "There is no such suggestion.", status=404)
    return Row(*found[0])


def suggestions(
    states: Sequence[str], least: float, after: tuple[float, int] | None, limit: int, apart_from: int = 0
) -> list[Row]:
    """Suggestions in these states, likeliest first, those put off last; `after` is the last one seen."""
    marks = ", ".join(["%s"] * len(states))
    where, params = [f"state IN ({marks})", "probability >= %s", "id <> %s"], [*states, least, apart_from]
    if after:
        where.append("(probability < %s OR (probability = %s AND id > %s))")
        params += [after[0], after[0], after[1]]
    found = _rows(
        f"SELECT {ROW} FROM links_suggestion WHERE {' AND '.join(where)}"  # noqa: S608 - our own names
        " ORDER BY probability DESC, id LIMIT %s",
        [*params, limit],
    )
    return [Row(*row) for row in found]


def refused() -> list[tuple[str, str]]:
    """All pairs somebody said are two people."""
    return [(one, other) for one, other in _rows("SELECT one, other FROM links_suggestion WHERE state = 'refused'")]


def count(state: str, least: float = 0.0) -> int:
    """How many suggestions are in a state with a probability of at least `least`."""
    sql = "SELECT count(*) FROM links_suggestion WHERE state = %s AND probability >= %s"
    return int(_rows(sql, [state, least])[0][0])


def costs() -> Costs:
    """The costs in force."""
    found = _rows("SELECT wrong, missed FROM links_costs WHERE id = 1")
    return Costs(*found[0]) if found else Costs()


def run(number: int) -> Run:
    """One comparison; `NotFound` `no_such_run`."""
    found = _rows(f"SELECT {_RUN} FROM links_run WHERE id = %s", [number])  # noqa: S608 - our own names
    if not found:
        raise NotFound("no_such_run", "There is no such comparison.", status=404)
    return Run(*found[0])


def last_run() -> Run | None:
    """The last comparison asked for."""
    found = _rows(f"SELECT {_RUN} FROM links_run ORDER BY id DESC LIMIT 1")  # noqa: S608 - our own names
    return Run(*found[0]) if found else None


def waiting() -> list[int]:
    """Comparisons that were asked for and not begun, or begun by a worker that is gone; the first first."""
    return [row[0] for row in _rows("SELECT id FROM links_run WHERE state IN ('asked', 'running') ORDER BY id")]


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
