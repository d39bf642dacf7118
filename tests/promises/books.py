"""A book that changes tells it: every action of every test is watched, and one that keeps silent fails the test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from choral.interfaces.web.deeds import DEEDS

_CHANGES = re.compile(r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?([a-z_0-9]+)", re.IGNORECASE)

_LOCKS = re.compile(r"\bSET\s+(\w+)\s*=\s*\1\s+WHERE", re.IGNORECASE)  # a row written as it is: only a lock


class Watch:
    """What the actions of one test changed without telling."""

    def __init__(self) -> None:
        self.silent: list[str] = []

    def judge(self, action: str, changed: set[str], told: bool, audited: bool) -> None:
        """Note an action that had to tell a fact, or to write a line of the audit log, and did not."""
        for table in sorted(changed):
            duty, excused = tellings().get(table, ("", {}))
            if action in excused:
                continue
            if duty == "fact" and not told:
                self.silent.append(f"{action} changed the book {table} and told no fact")
            if duty == "audit" and not (told or audited):
                self.silent.append(f"{action} changed the book {table} and wrote no line of the audit log")


def tellings() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """By table: what its room says of it, and the actions it excuses."""
    from django.apps import apps

    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for room in apps.get_app_configs():
        telling = getattr(room, "telling", None)
        if telling is not None:
            found |= {table: (duty, telling.silent) for table, duty in telling.tables.items()}
    return found


def watched(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `watch` see what each action does to the books."""
    from choral.books.unit_of_work import Tx

    execute, many, audit, flush = Tx.execute, Tx.many, Tx.audit, Tx.flush
    changed: dict[int, set[str]] = {}
    audited: set[int] = set()

    def note(tx: Tx, sql: str, rows: int) -> None:
        if rows and not _LOCKS.search(sql):
            changed.setdefault(id(tx), set()).update(table.lower() for table in _CHANGES.findall(sql))

    def on_execute(tx: Tx, sql: str, params: object = ()) -> int:
        rows = execute(tx, sql, params)  # type: ignore[arg-type]
        note(tx, sql, rows)
        return rows

    def on_many(tx: Tx, sql: str, rows: object) -> None:
        many(tx, sql, rows)  # type: ignore[arg-type]
        note(tx, sql, len(rows))  # type: ignore[arg-type]

    def on_audit(tx: Tx, action: str, *args: object, **named: object) -> None:
        audit(tx, action, *args, **named)  # type: ignore[arg-type]
        if action not in DEEDS and not action.startswith("test."):
            watch.silent.append(f"{tx.action} wrote “{action}” into the audit log, which has no words in deeds.py")
        audited.add(id(tx))

    def on_flush(tx: Tx) -> None:
        told = bool(tx._told)
        flush(tx)
        tables = changed.pop(id(tx), set())
        watch.judge(tx.action, tables, told, id(tx) in audited)
        audited.discard(id(tx))

    for name, seen in (("execute", on_execute), ("many", on_many), ("audit", on_audit), ("flush", on_flush)):
        monkeypatch.setattr(Tx, name, seen)


@pytest.fixture(autouse=True)
def books_that_change_tell_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Fails a test in which an action changed a book silently."""
    watch = Watch()
    watched(watch, monkeypatch)
    yield watch
    assert not watch.silent, "; ".join(watch.silent)
