"""The audit log only grows: nothing that anybody did can be made undone or unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError

from choral import Shop
from choral.books import SYSTEM, Actor, Tx, act
from tests.books.told import note


def audit() -> Any:
    """The model's rows; the models can only be imported once a shop is open."""
    return apps.get_model("books", "Audit").objects


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE books_audit SET actor = 'somebody else'",
        "DELETE FROM books_audit",
        "DELETE FROM books_audit WHERE id = 1",
    ],
)
def test_no_line_can_be_changed_or_deleted_in_plain_sql(books: Shop, statement: str) -> None:
    act(note, Actor("member:7"), "a")

    def tamper(tx: Tx) -> None:
        tx.execute(statement)

    with pytest.raises(DatabaseError, match="only grows"):
        act(tamper, SYSTEM)
    assert [line.actor for line in audit().all()] == ["member:7"]


def test_no_line_can_be_changed_or_deleted_through_the_models(books: Shop) -> None:
    act(note, SYSTEM, "a")

    def tamper(tx: Tx) -> None:
        audit().all().delete()

    with pytest.raises(DatabaseError, match="only grows"):
        act(tamper, SYSTEM)
    assert audit().count() == 1


@pytest.mark.parametrize("books", ["postgresql"], indirect=True)
def test_the_whole_table_cannot_be_emptied_at_once(books: Shop) -> None:
    act(note, SYSTEM, "a")

    def tamper(tx: Tx) -> None:
        tx.execute("TRUNCATE books_audit")

    with pytest.raises(DatabaseError, match="only grows"):
        act(tamper, SYSTEM)


def test_a_line_says_who_did_what_to_what_from_where_and_the_difference(books: Shop) -> None:
    def rename(tx: Tx) -> None:
        tx.audit("source.renamed", "source:1", before={"name": "Boutique"}, after={"name": "Boutique été"})

    act(rename, Actor("member:7", "192.0.2.1"))
    line = audit().get()
    assert (line.actor, line.address, line.action, line.subject) == (
        "member:7", "192.0.2.1", "source.renamed", "source:1",
    )  # fmt: skip
    assert (line.before, line.after) == ({"name": "Boutique"}, {"name": "Boutique été"})
    assert line.at > 1_700_000_000_000_000
