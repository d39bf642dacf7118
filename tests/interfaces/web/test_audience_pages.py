"""The editor of audiences works without script: add, nest, count, undo, save, go back."""

from __future__ import annotations

from typing import Any

from choral import Shop
from choral.events.lake import writer

NEW = "/audiences/new"
ORDER = {"k.0": "event", "f.0.event": "Order Completed"}


def counted(console: Shop) -> None:
    writer.flush(console.home.lake, console.log, console.customers.status().position, lambda *_: ())


def test_conditions_are_added_nested_counted_and_taken_back(console: Shop, sign_in: Any) -> None:
    counted(console)
    client = sign_in("marketer")
    added = client.post(NEW, {"match": "all", "do": "add:", "kind.": "event"})
    assert "f.0.event" in added.content.decode()
    chosen = client.post(NEW, {"match": "all", "do": "look", **ORDER, "before": added.context["before"]})
    buyers = chosen.context["preview"].people
    assert buyers > 0 and [one.people for one in chosen.context["shown"]] == [buyers]
    grouped = client.post(NEW, {"match": "all", "do": "group:0", **ORDER, "before": chosen.context["before"]})
    assert [one.place for one in grouped.context["shown"]] == ["0", "0-0"]
    back = client.post(NEW, {"match": "all", "do": "undo", "k.0": "any", "k.0-0": "event",
                             "f.0-0.event": "Order Completed", "steps": grouped.context["steps"]})  # fmt: skip
    assert [one.place for one in back.context["shown"]] == ["0"]


def test_what_cannot_be_used_is_marked_at_its_field(console: Shop, sign_in: Any) -> None:
    counted(console)
    answer = sign_in("marketer").post(
        NEW, {"match": "all", "do": "look", **ORDER, "k.1": "total", "f.1.how": "more", "f.1.a": "many"}
    )
    assert [bool(one.error) for one in answer.context["shown"]] == [False, True]


def test_a_saved_audience_is_shown_changed_and_taken_back(console: Shop, sign_in: Any) -> None:
    counted(console)
    client = sign_in("marketer")
    saved = client.post(NEW, {"match": "all", "do": "save", "name": "Buyers", **ORDER})
    assert saved.status_code == 302 and saved["Location"] == "/audiences/buyers"
    edit = client.get("/audiences/buyers/edit")
    client.post("/audiences/buyers/edit", {
        "match": "all", "do": "save", "name": "Big buyers", "expected": "1", "k.0": "total", "f.0.figure": "revenue",
        "f.0.how": "at_least", "f.0.a": "12,50",
    })  # fmt: skip
    assert edit.context["asked"].expected == 1
    audiences = console.customers.audiences
    assert "€12.50" in audiences.get("buyers").row.sentence
    assert client.get("/audiences/buyers/edit").context["asked"].draft.parts[0].fields["a"] == "12.5"
    client.post("/audiences/buyers/back/1")
    assert audiences.get("buyers").row.sentence == "Customers who bought."
    assert audiences.get("buyers").row.name == "Buyers" and client.get("/audiences").status_code == 200


def test_why_somebody_is_in_is_found_by_name(console: Shop, sign_in: Any) -> None:
    counted(console)
    client = sign_in("marketer")
    client.post(NEW, {"match": "all", "do": "save", "name": "Buyers", **ORDER})
    customer = console.customers.resolve(["card:12"])["card:12"]
    page = client.get("/audiences/buyers/why", {"find": "card:12"})
    assert page.context["why"].customer == customer
    assert page.context["why"].reasons and "bought" in page.content.decode()


def test_an_analyst_sees_no_names_and_an_associate_cannot_change(console: Shop, sign_in: Any) -> None:
    counted(console)
    sign_in("marketer").post(NEW, {"match": "all", "do": "save", "name": "Buyers", **ORDER})
    exported = sign_in("analyst").get("/audiences/buyers/members.csv")
    assert "example.com" not in b"".join(exported.streaming_content).decode()
    assert sign_in("associate").get("/audiences/buyers").status_code == 200
    assert sign_in("associate").get(NEW).status_code == 403


def test_what_a_program_made_is_not_lost_in_the_form(console: Shop, sign_in: Any) -> None:
    from choral.books import SYSTEM

    more = {"is": "sequence", "first": {"event": "A", "where": [{"property": "x", "test": {"how": "known"}}]},
            "then": {"event": "B"}}  # fmt: skip
    key = console.customers.audiences.create(SYSTEM, "By program", {"who": more})
    assert "Made by a program" in sign_in("marketer").get(f"/audiences/{key}/edit").content.decode()
