"""The only writers of what is remembered of connectors and imports."""

from __future__ import annotations

import json
from collections.abc import Sequence

from choral.books import Tx
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets

_CURSOR = (
    "INSERT INTO connectors_cursor (connector, stream, cursor, at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (connector, stream) DO UPDATE SET cursor = excluded.cursor, at = excluded.at"
)


def move_cursor(tx: Tx, connector: str, stream: str, cursor: str) -> None:
    """What lies before `cursor` is on disk."""
    tx.execute(_CURSOR, (connector, stream, cursor, tx.now))


def add_import(
    tx: Tx, import_id: str, name: str, kind: str, size: int, reading: dict[str, object], columns: list[object]
) -> None:
    """A file was uploaded."""
    tx.execute(
        "INSERT INTO connectors_import (id, name, kind, state, size, by, created_at, reading, columns, result)"
        " VALUES (%s, %s, %s, 'uploaded', %s, %s, %s, %s, %s, '{}')",
        (import_id, name, kind, size, tx.actor.name, tx.now, json.dumps(reading), json.dumps(columns)),
    )
    tx.audit("import.uploaded", f"import:{import_id}", after={"name": name, "size": size})


def describe_import(tx: Tx, import_id: str, kind: str, reading: dict[str, object], columns: list[object]) -> bool:
    """It is read otherwise; only while it is not yet imported."""
    return bool(
        tx.execute(
            "UPDATE connectors_import SET kind = %s, reading = %s, columns = %s WHERE id = %s AND state = 'uploaded'",
            (kind, json.dumps(reading), json.dumps(columns), import_id),
        )
    )


def begin_import(tx: Tx, import_id: str) -> bool:
    """It runs from now on; whether it was not begun before."""
    begun = tx.execute(
        "UPDATE connectors_import SET state = 'running', started_at = %s WHERE id = %s"
        " AND state IN ('uploaded', 'failed')",
        (tx.now, import_id),
    )
    if begun:
        tx.audit("import.started", f"import:{import_id}")
    return bool(begun)


def note_progress(tx: Tx, import_id: str, result: dict[str, object], rows: Sequence[tuple[str, int, int]]) -> None:
    """Rows whose events are on disk: (kind, key, content)."""
    tx.many(
        "INSERT INTO connectors_importedrow (kind, key, content, import_id) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (kind, key) DO UPDATE SET content = excluded.content, import_id = excluded.import_id",
        [(*row, import_id) for row in rows],
    )
    tx.execute("UPDATE connectors_import SET result = %s WHERE id = %s", (json.dumps(result), import_id))


def end_import(tx: Tx, import_id: str, state: str, result: dict[str, object]) -> None:
    """It is done, or has failed."""
    tx.execute(
        "UPDATE connectors_import SET state = %s, finished_at = %s, result = %s WHERE id = %s AND state = 'running'",
        (state, tx.now, json.dumps(result), import_id),
    )
    tx.audit(f"import.{state}", f"import:{import_id}", after={k: v for k, v in result.items() if k != "refused"})


def undo_import(tx: Tx, import_id: str, source: str) -> bool:
    """Take back everything it brought: the fact makes views and lake forget the source; whether it was done."""
    undone = tx.execute(
        "UPDATE connectors_import SET state = 'undone', finished_at = %s WHERE id = %s AND state IN ('done', 'failed')",
        (tx.now, import_id),
    )
    if not undone:
        return False
    tx.execute("DELETE FROM connectors_importedrow WHERE import_id = %s", (import_id,))
    tx.tell(
        Event(
            id=str(new_id(tx.now)), name="Source Withdrawn", at=tx.now, channel="console",
            properties=sets.raw({"source": source}),
        )
    )  # fmt: skip
    tx.audit("import.undone", f"import:{import_id}")
    return True


def discard_import(tx: Tx, import_id: str) -> bool:
    """Forget a file that was not imported."""
    gone = tx.execute(
        "UPDATE connectors_import SET state = 'discarded', finished_at = %s WHERE id = %s AND state = 'uploaded'",
        (tx.now, import_id),
    )
    if gone:
        tx.audit("import.discarded", f"import:{import_id}")
    return bool(gone)


def forget_rows(tx: Tx, keys: Sequence[int]) -> int:
    """Forget the hashes of what an import brought about a customer, for an erasure; how many."""
    gone = 0
    for key in sorted(set(keys)):
        gone += tx.execute("DELETE FROM connectors_importedrow WHERE kind = 'customers' AND key = %s", (key,))
    return gone


def redescribe_import(tx: Tx, import_id: str, name: str, columns: Sequence[object], result: dict[str, object]) -> None:
    """Write an import's description without what it says about an erased customer."""
    tx.execute(
        "UPDATE connectors_import SET name = %s, columns = %s, result = %s WHERE id = %s",
        (name, json.dumps(list(columns)), json.dumps(result), import_id),
    )
