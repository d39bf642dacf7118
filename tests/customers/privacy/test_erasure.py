"""An erased person is gone from everywhere; everybody else, and every sum, is as it was."""

from __future__ import annotations

import json

import pytest

from choral.books import Actor, act
from choral.books.audit import AuditFilter, audit_lines
from choral.core.errors import Conflict
from choral.customers.consumer import rebuild
from choral.customers.records.actions import rectify
from choral.events.lake import place, writer
from choral.events.lake.tables import TABLES
from tests.customers.privacy.living import ANNA, BERT, events_of, lives
from tests.customers.told import Told, dump

STAFF = Actor("member:1")


def erase(told: Told, asked: str, **more: object) -> dict[str, int]:
    """Ask, and let the worker do it at once."""
    privacy = told.customers.privacy
    made = privacy.erase(asked, STAFF, minutes=0, **more)  # type: ignore[arg-type]
    assert privacy.work(told.shop.make_figures_anew) == 1
    done = privacy.erasure(made.id)
    assert done.state == "done"
    return done.steps


def flush(told: Told) -> None:
    """Lake and figures as the worker makes them."""
    home, customers = told.shop.home, told.shop.customers
    writer.flush(home.lake, told.shop.log, customers.status().position, lambda after, upto: ())
    told.shop.analytics.refresh(customers.identity_map(), customers.identity_version())


def lake_rows(told: Told, table: str) -> list[dict[str, object]]:
    import duckdb

    scan = place.scan(TABLES[table], place.files(told.shop.home.lake, table))
    with duckdb.connect() as database:
        return database.sql(f"SELECT * FROM {scan} ORDER BY position").to_arrow_table().to_pylist()


def test_nothing_of_an_erased_person_is_left_in_books_views_log_and_lake(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    flush(told)
    steps = erase(told, ANNA["email"])
    assert steps["log"] >= 7
    left = json.dumps([repr(events_of(told)), repr(dump()), lake_rows(told, "events"), lake_rows(told, "order_lines")],
                      default=str)  # fmt: skip
    for value in (*ANNA.values(), "639981234", "browser-CANARY", "secret-title"):
        if value not in BERT.values() and value != "secret-title":
            assert value not in left
    assert told.customers.resolve([f"card:{ANNA['card']}"]) == {}


def test_everybody_else_stays_as_they_were(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    flush(told)
    before = told.customers.privacy.told(BERT["email"]).sections
    erase(told, "CANARY-8812")
    assert told.customers.privacy.told(BERT["email"]).sections == before


def test_sales_are_the_same_before_and_after_and_the_receipts_hang_together_no_more(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    flush(told)
    before = told.shop.analytics.overview()
    total = sum(row["total"] for row in lake_rows(told, "order_lines"))
    erase(told, "CANARY-8812")
    after = told.shop.analytics.overview()
    assert [one.value for one in after.figures[:1]] == [one.value for one in before.figures[:1]]
    assert sum(row["total"] for row in lake_rows(told, "order_lines")) == total
    kept = [event for event in events_of(told) if event.ids and event.ids[0].startswith("receipt:erased-")]
    assert [event.amount for event in kept] == [2000, 500, 3000]
    assert len({event.ids for event in kept}) == 3


def test_views_rebuilt_after_an_erasure_have_the_same_bytes(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    told.says("web", {"ids": ["device:shared", "card:CANARY-8812"]}, {"ids": ["device:shared", "card:B-1"]})
    told.says("web", {"ids": ["card:B-1", f"email:{ANNA['email']}"]})
    erase(told, "CANARY-8812")
    before = dump()
    rebuild(told.shop.home, told.shop.log)
    assert dump() == before


def test_traces_in_other_peoples_events_are_masked_and_their_events_stay(told: Told) -> None:
    lives(told, ANNA)
    told.says(
        "web",
        {
            "name": "Page Viewed",
            "ids": ["card:B-1"],
            "properties": {"url": "/invite?to=Anna.Kanarienvogel%40example.fr"},
        },
        {"name": "Message Received", "ids": ["card:B-1"], "properties": {"text": "call 06.39.98.12.34 please"}},
    )
    erase(told, ANNA["phone"])
    texts = [bytes(event.properties).decode() for event in events_of(told) if event.ids == ("card:B-1",)]
    assert texts == ['{"url":"/invite?to=[erased]"}', '{"text":"call 0[erased] please"}']


def test_until_it_begins_an_erasure_can_be_taken_back(told: Told) -> None:
    lives(told, ANNA)
    privacy = told.customers.privacy
    made = privacy.erase(ANNA["email"], STAFF)
    assert made.state == "waiting"
    assert privacy.work(lambda: 0) == 0
    assert privacy.cancel(made.id, STAFF).state == "cancelled"
    assert privacy.work(lambda: 0) == 0
    assert told.one("card:CANARY-8812")
    erase(told, ANNA["email"])
    with pytest.raises(Conflict, match="cannot be cancelled"):
        privacy.cancel(privacy.erasures()[0].id, STAFF)


def test_a_rehearsal_counts_place_by_place_and_changes_nothing(told: Told) -> None:
    lives(told, ANNA)
    before, events = dump(), events_of(told)
    foreseen = told.customers.privacy.would_erase("CANARY-8812")
    assert foreseen.places["log"] == 7
    assert foreseen.places["records"] >= 7
    assert (dump(), events_of(told)) == (before, events)


def test_the_certificate_says_when_and_how_much_and_names_nobody(told: Told) -> None:
    lives(told, ANNA)
    made = told.customers.privacy.erase(ANNA["email"], STAFF, minutes=0)
    told.customers.privacy.work(lambda: 0)
    done = told.customers.privacy.erasure(made.id)
    assert (done.state, done.customer, done.identifiers) == ("done", "", ())
    assert done.finished_at and done.started_at and done.finished_at >= done.started_at
    assert set(done.steps) >= {"log", "people", "refused", "lake", "figures"}


def test_what_comes_later_is_a_new_person_that_begins_with_nothing(told: Told) -> None:
    lives(told, ANNA)
    erase(told, ANNA["email"])
    told.says("web", {"name": "Page Viewed", "ids": ["card:CANARY-8812"]})
    found = told.customers.get(told.one("card:CANARY-8812"), personal=True)
    assert (found.events, found.orders, found.name, found.records) == (1, 0, "", ())


def test_who_asked_never_to_come_back_does_not_come_back(told: Told) -> None:
    lives(told, ANNA)
    erase(told, ANNA["email"], never_again=True)
    lives(told, {**ANNA, "card": "C-2"})
    assert told.customers.search("Kanarienvogel", personal=True) == ()
    assert f"email:{ANNA['email']}" not in repr(dump())
    assert told.customers.privacy.work(lambda: 0) == 1  # what the log took in is erased again
    assert not [event for event in events_of(told) if any("email:#" in one for one in event.ids)]


def test_refused_events_kept_answers_facts_and_the_audit_log_forget_too(told: Told) -> None:
    lives(told, ANNA)
    act(rectify, STAFF, "card:CANARY-8812", "city", "Paris")  # its fact waits in the outbox
    source = told.shop.events.source("web")
    told.shop.events.accept(source, [{"name": "", "ids": ["card:X"], "properties": {"to": ANNA["email"]}}])
    told.shop.events.accept(source, [{"name": "", "ids": ["card:X"], "properties": {"to": "Bert"}}])
    erase(told, ANNA["email"])
    states = {row.state: row.event for row in told.shop.log.every_rejected()}
    assert states["erased"] == b""
    assert b"Bert" in states["open"]
    assert "CANARY" not in repr(audit_lines(AuditFilter()))
    assert [line.action for line in audit_lines(AuditFilter(action="customer.rectified"))] == ["customer.rectified"]
    from choral.books.outbox import BooksOutbox

    assert "CANARY" not in repr(BooksOutbox().take(100))


def test_a_person_without_any_event_can_be_erased_by_what_was_sent(told: Told) -> None:
    source = told.shop.events.create_source("Web", "web", "web")
    told.shop.events.accept(source, [{"name": "", "ids": ["card:X"], "properties": {"to": "only@refused.example"}}])
    erase(told, "only@refused.example")
    assert [row.state for row in told.shop.log.every_rejected()] == ["erased"]


def test_the_audit_log_still_only_grows_for_everybody_else(told: Told) -> None:
    lives(told, ANNA)
    erase(told, ANNA["email"])
    from django.db import DatabaseError, connection, transaction

    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM books_audit")
