"""The rule “a changed book that told no fact fails” is itself held: the watch sees silence, and no table escapes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from choral import Shop
from choral.books import SYSTEM, Tx, act
from choral.core.event import Event
from tests.promises.books import Watch, tellings


def rename(tx: Tx, *, tell: bool = False, audit: bool = False) -> None:
    tx.execute("UPDATE team_member SET name = 'Ada'")
    if tell:
        tx.tell(Event("fact-1", "Customer Rectified", tx.now, ("card:8812",)))
    if audit:
        tx.audit("member.changed", "member:1")


def add_member(tx: Tx) -> None:
    tx.execute(
        "INSERT INTO team_member(password, email, name, role, language, theme, store, is_active, created_at)"
        " VALUES ('', 'a@b.fr', 'A', 'owner', 'en', 'system', '', %s, 0)",
        (True,),
    )
    tx.audit("member.created", "member:1")


def test_a_book_changed_in_silence_is_seen(books: Shop, books_that_change_tell_it: Watch) -> None:
    act(add_member, SYSTEM)
    act(rename, SYSTEM, tell=True)
    act(rename, SYSTEM, audit=True)
    assert not books_that_change_tell_it.silent
    act(rename, SYSTEM)
    assert books_that_change_tell_it.silent == [
        "rename changed the book team_member and wrote no line of the audit log"
    ]
    books_that_change_tell_it.silent.clear()


def test_where_a_fact_is_due_a_line_of_the_audit_log_is_not_enough(
    books: Shop, books_that_change_tell_it: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.promises.books.tellings", lambda: {"team_member": ("fact", {})})
    act(add_member, SYSTEM)
    act(rename, SYSTEM, tell=True)
    assert books_that_change_tell_it.silent == ["add_member changed the book team_member and told no fact"]
    books_that_change_tell_it.silent.clear()


def test_a_change_that_changed_nothing_need_not_be_told(books: Shop, books_that_change_tell_it: Watch) -> None:
    act(rename, SYSTEM)
    assert not books_that_change_tell_it.silent


def test_every_table_of_the_books_says_how_its_changes_are_told(books: Shop) -> None:
    from django.apps import apps

    foreign = {model._meta.db_table for room in ("auth", "contenttypes", "sessions") for model in _models(apps, room)}
    with connection.cursor() as cursor:
        tables = {name for name in connection.introspection.table_names(cursor) if not name.startswith("django_")}
    views = {"identity", "profiles"}
    mine = {name for name in tables - foreign if name.split("_")[0] not in views and name not in ("seen", "duplicates")}
    assert mine - set(tellings()) == set(), "say in the room's apps.py how changes of these tables are told"


def _models(apps: Any, room: str) -> list[Any]:
    return list(apps.get_app_config(room).get_models(include_auto_created=True))
