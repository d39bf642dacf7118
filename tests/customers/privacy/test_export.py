"""A person gets everything the shop knows of them, whichever way they are named, for programs and to read."""

from __future__ import annotations

import json

import pytest
from django.db import connections

from choral.books import Actor, act
from choral.books.audit import AuditFilter, audit_lines
from choral.core.errors import NotFound
from choral.customers.privacy.contract import FORGOTTEN_WITH_THE_VIEWS, NOT_ABOUT_CUSTOMERS, rooms
from choral.customers.records.actions import rectify
from tests.customers.privacy.living import ANNA, BERT, exported, lives
from tests.customers.told import Told

PERSONAL_COLUMNS = {
    "identifier", "identifiers", "customer", "subject", "value", "email", "phone", "name", "text", "word", "address",
    "body", "event", "personal", "before", "after", "query", "samples", "columns", "proof", "holder", "hash", "a", "b",
    "key", "found", "label", "member", "person", "at", "payload",
}  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [ANNA["email"], "Anna.Kanarienvogel@EXAMPLE.fr", "+33 6 39 98 12 34", "0639981234", "CANARY-8812",
     "card:CANARY-8812", "anonymous:browser-CANARY-8812", f"email:{ANNA['email']}"],
)  # fmt: skip
def test_whichever_identifier_is_given_the_same_person_is_found(told: Told, asked: str) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    assert told.customers.privacy.person(asked).customer == told.one("card:CANARY-8812")


def test_who_is_not_there_is_not_found_with_words_that_help(told: Told) -> None:
    with pytest.raises(NotFound, match="kind:value"):
        told.customers.privacy.person("nobody")


def test_an_export_holds_every_value_identifier_trait_and_event_whole(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    document, archive = exported(told, ANNA["email"])
    text = json.dumps(document, ensure_ascii=False)
    for value in (*ANNA.values(), "birds of", "neighbour of", "gift for", "secret-title", "/u/CANARY-8812"):
        assert value in text
    for value in (BERT["email"], BERT["card"], BERT["street"]):
        assert value not in text
    by_title = {one["title"]: one["rows"] for one in document["sections"]}
    assert {row["field"] for row in by_title["Personal values"]} >= {"email", "phone", "street", "city", "last_name"}
    assert len(by_title["Time line"]) == 7
    assert by_title["Time line"][0]["at"].endswith("Z")
    assert len(by_title["Identifiers"]) == 4
    assert [name for name in archive.namelist() if name.endswith(".html")] == [
        "read-me.en.html", "read-me.fr.html", "read-me.it.html",
    ]  # fmt: skip


def test_it_is_readable_in_three_languages_and_runs_nothing_a_customer_wrote(told: Told) -> None:
    evil = "<script>alert(1)</script>"
    told.says("web", {"name": "Page Viewed", "ids": ["card:9"], "properties": {"title": evil, "path": "=1+1"}})
    _, archive = exported(told, "card:9")
    for language, words in (("en", "What we know about you"), ("fr", "savons de vous"), ("it", "sappiamo di lei")):
        page = archive.read(f"read-me.{language}.html").decode()
        assert words in page
        assert f'lang="{language}"' in page
        assert evil not in page


def test_a_cell_of_a_table_is_no_formula_for_a_spreadsheet(told: Told) -> None:
    told.says("web", {"name": "Customer Identified", "ids": ["card:9"], "traits": {"city": "=HYPERLINK(1)"}})
    _, archive = exported(told, "card:9")
    tables = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".csv"))
    assert "'=HYPERLINK(1)" in tables
    assert "\n=HYPERLINK" not in tables


def test_what_staff_did_and_what_was_refused_are_part_of_it(told: Told) -> None:
    lives(told, ANNA)
    act(rectify, Actor("member:1"), "card:CANARY-8812", "city", "Paris")
    source = told.shop.events.source("web")
    told.shop.events.accept(source, [{"name": "", "ids": ["card:CANARY-8812"], "properties": {"x": "refused-word"}}])
    by_title = {one["title"]: one["rows"] for one in exported(told, "CANARY-8812")[0]["sections"]}
    assert [row["action"] for row in by_title["What staff and programs did"]] == ["customer.rectified"]
    assert "refused-word" in by_title["Refused events"][0]["event"]


def test_giving_an_export_is_noted_and_leaves_nothing_behind(told: Told) -> None:
    lives(told, ANNA)
    before = {file for file in told.shop.home.path.rglob("*") if file.is_file()}
    told.customers.privacy.export(ANNA["email"], Actor("member:1"))
    line = audit_lines(AuditFilter(action="customer.exported"))[0]
    assert line.subject == f"customer:{told.one('card:CANARY-8812')}"
    assert {file for file in told.shop.home.path.rglob("*") if file.is_file()} - before == set()


def test_every_table_with_something_personal_belongs_to_a_room_that_tells_and_erases(told: Told) -> None:
    claimed = {room.label for room in rooms()}
    named = {kept.table for room in rooms() for kept in room.kept}
    unclaimed = {
        table
        for alias in ("default", "views")
        for table, columns in _tables(alias).items()
        if columns & PERSONAL_COLUMNS
        and table.partition("_")[0] not in claimed
        and table not in {*named, *NOT_ABOUT_CUSTOMERS, *FORGOTTEN_WITH_THE_VIEWS}
    }
    assert unclaimed == set(), "say in a room's personal.py what is kept there, or in the contract why it is nobody's"


def _tables(alias: str) -> dict[str, set[str]]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        return {
            table: {column.name for column in connection.introspection.get_table_description(cursor, table)}
            for table in connection.introspection.table_names(cursor)
        }


def test_what_was_concluded_about_a_person_is_told_unless_they_object_to_conclusions(told: Told) -> None:
    lives(told, ANNA)
    document, _ = exported(told, ANNA["email"])
    by_title = {one["title"]: one["rows"] for one in document["sections"]}
    assert {row["name"] for row in by_title["What was worked out about you"]}
    assert sum(row["share"] for row in by_title["Which channels you seem to prefer"]) == pytest.approx(1, abs=0.01)
    told.customers.privacy.restrict(ANNA["email"], "profiling", Actor("member:1"))
    document, _ = exported(told, ANNA["email"])
    assert not {"What was worked out about you"} & {one["title"] for one in document["sections"]}
