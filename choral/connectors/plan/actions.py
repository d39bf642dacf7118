"""The only writers of the plan, of what came otherwise, and of how far the log was checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from choral.books import Tx
from choral.connectors.plan import rules
from choral.connectors.plan.values import Expected
from choral.core.errors import Conflict, NotFound
from choral.core.ids import new_id

MOST_SAMPLES = 5
Found = Mapping[tuple[str, str, str, str], tuple[int, int, int, Sequence[int]]]  # count, first, last, samples
Counted = Mapping[tuple[str, str], tuple[int, int, int]]  # count, good, last


def expect(tx: Tx, lines: Sequence[Expected]) -> None:
    """Add these events to the plan, or change them: one of the same name and source is replaced, its version grows."""
    for line in lines:
        rules.check(line)
        properties = json.dumps([asdict(one) for one in line.properties], ensure_ascii=False)
        tx.execute(
            "INSERT INTO plan_expected (id, source, event, version, description, properties, changed_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source, event) DO UPDATE SET"
            " version = plan_expected.version + 1, description = excluded.description,"
            " properties = excluded.properties, changed_at = excluded.changed_at"
            " WHERE plan_expected.properties <> excluded.properties"
            " OR plan_expected.description <> excluded.description",
            (str(new_id(tx.now)), line.source, line.event.strip(), line.version, line.description, properties, tx.now),
        )
    tx.audit("plan.expected", "plan", after={"events": [line.event for line in lines][:50], "count": len(lines)})


def change(tx: Tx, line: Expected) -> None:
    """Another name, source, description or other properties for an event of the plan."""
    rules.check(line)
    if tx.rows("SELECT 1 FROM plan_expected WHERE source = %s AND event = %s AND id <> %s",
               (line.source, line.event, line.id)):  # fmt: skip
        raise Conflict("already_expected", "The plan has this event already.", fix="Change that one.", status=409)
    properties = json.dumps([asdict(one) for one in line.properties], ensure_ascii=False)
    changed = tx.execute(
        "UPDATE plan_expected SET source = %s, event = %s, version = version + 1, description = %s, properties = %s,"
        " changed_at = %s WHERE id = %s",
        (line.source, line.event.strip(), line.description, properties, tx.now, line.id),
    )
    _found(changed)
    tx.audit("plan.changed", f"plan:{line.id}", after={"event": line.event, "source": line.source})


def forget(tx: Tx, line: str) -> None:
    """An event is no longer expected; what was found about it stays until the log is checked again."""
    _found(tx.execute("DELETE FROM plan_expected WHERE id = %s", (line,)))
    tx.audit("plan.forgotten", f"plan:{line}")


def begin(tx: Tx, position: int) -> None:
    """Check (again) from a position on: what was found before is forgotten."""
    tx.execute("DELETE FROM plan_violation")
    tx.execute("DELETE FROM plan_seen")
    tx.execute(
        "INSERT INTO plan_progress (id, position) VALUES (1, %s)"
        " ON CONFLICT (id) DO UPDATE SET position = excluded.position",
        (position,),
    )
    tx.audit("plan.rechecked", "plan", after={"position": position})


def note(tx: Tx, before: int, position: int, found: Found, counted: Counted) -> bool:
    """What a stretch of the log brought, and that it was checked; False when another has moved on meanwhile."""
    if not tx.execute("UPDATE plan_progress SET position = %s WHERE id = 1 AND position = %s", (position, before)):
        return False
    tx.many(
        "INSERT INTO plan_seen (source, event, count, good, last_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (source, event) DO UPDATE SET count = plan_seen.count + excluded.count,"
        " good = plan_seen.good + excluded.good, last_at = CASE WHEN plan_seen.last_at > excluded.last_at"
        " THEN plan_seen.last_at ELSE excluded.last_at END",
        [(*key, *values) for key, values in counted.items()],
    )
    tx.many(
        "INSERT INTO plan_violation (source, event, kind, property, count, first_at, last_at, samples)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source, event, kind, property) DO UPDATE SET"
        " count = plan_violation.count + excluded.count, samples = excluded.samples,"
        " first_at = CASE WHEN plan_violation.first_at < excluded.first_at THEN plan_violation.first_at"
        " ELSE excluded.first_at END, last_at = CASE WHEN plan_violation.last_at > excluded.last_at"
        " THEN plan_violation.last_at ELSE excluded.last_at END",
        [
            (*key, count, first, last, json.dumps(list(samples)[-MOST_SAMPLES:]))
            for key, (count, first, last, samples) in found.items()
        ],
    )
    return True


def _found(rows: int) -> None:
    if not rows:
        raise NotFound("no_such_expected_event", "The plan has no such event.", status=404)
