"""Audiences end to end: made, counted, explained, followed, told once; on SQLite and on PostgreSQL."""

from __future__ import annotations

import msgspec
import pyarrow
import pytest

from choral.books import SYSTEM, Tx, act
from choral.books.outbox import BooksOutbox
from choral.core.clock import DAY, FixedClock
from choral.core.errors import ChoralError
from choral.core.event import Event, decode_lines
from choral.customers.audiences import personal, tree
from choral.customers.audiences.live import follow
from choral.customers.audiences.tree import Definition, Window
from choral.customers.consent.values import Statement
from choral.customers.consumer import rebuild
from choral.events.lake import writer
from choral.events.lake.datasets import DATASETS, Datasets
from choral.events.relay import relay
from tests.customers.told import START, Told

BOUGHT = Definition(tree.Happened("Order Completed"))


def settle(told: Told, following: bool = True) -> None:
    """What the worker does until nothing is left to do."""
    for _ in range(12):
        relay(BooksOutbox(), told.shop.log)
        told.consume()
        writer.flush(told.shop.home.lake, told.shop.log, told.customers.status().position, lambda *_: ())
        audiences = told.customers.audiences
        audiences._keeper._rest_until = 0.0
        if not (audiences.keep() | (following and audiences.follow())):
            break


def facts(told: Told) -> list[tuple[str, str, str]]:
    """(name, audience, identifier) of every entering and leaving in the log, in its order."""
    relay(BooksOutbox(), told.shop.log)
    return [
        (event.name, msgspec.json.decode(event.properties)["audience"], (*event.ids, "")[0])
        for batch in told.shop.log.read(0, 100_000)
        for event in decode_lines(batch.payload)
        if event.name.startswith("Audience ")
    ]


def order(card: str, amount: int = 1000, **more: object) -> dict[str, object]:
    return {"name": "Order Completed", "ids": [f"card:{card}"], "amount": amount, "currency": "EUR", **more}


def test_an_audience_holds_whom_it_describes_and_follows_what_happens(told: Told) -> None:
    told.says("till", order("1"), order("2"), {"ids": ["card:3"]})
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought once", BOUGHT)
    settle(told)
    assert set(audiences.ids(key)) == {told.one("card:1"), told.one("card:2")}
    told.says("till", order("3"))
    assert audiences.follow()
    assert audiences.count(key) == 3
    assert [one for one in facts(told) if one[0] == "Audience Entered"].count(("Audience Entered", key, "card:3")) == 1


def test_time_alone_moves_people_out_of_a_window(told: Told) -> None:
    told.says("till", order("1", at=START), order("2", at=START + 5 * DAY))
    audiences = told.customers.audiences
    clock = FixedClock(START + 6 * DAY)
    audiences.reading.now = lambda: follow.Moment(clock.now(), "Europe/Paris")  # type: ignore[method-assign]
    key = audiences.create(SYSTEM, "Last week", Definition(tree.Happened("Order Completed", window=Window("last", 7))))
    settle(told, following=False)
    assert audiences.count(key) == 2
    clock.advance(DAY - 1)
    follow.step(audiences.offered.beside(), "Europe/Paris", clock)
    assert audiences.count(key) == 2
    clock.advance(1)
    follow.step(audiences.offered.beside(), "Europe/Paris", clock)
    assert audiences.ids(key) == [told.one("card:2")]
    assert facts(told)[-1] == ("Audience Left", key, "card:1")


def test_rebuilding_the_views_tells_nobody_anything_again(told: Told) -> None:
    told.says("till", order("1"), order("2"))
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    before, members = facts(told), audiences.ids(key)
    settle(told)
    rebuild(told.shop.home, told.shop.log)
    audiences.follow()
    settle(told)
    assert facts(told) == before
    assert audiences.ids(key) == members
    told.says("till", order("4"))
    audiences.follow()
    assert audiences.count(key) == 3


def test_two_who_become_one_are_in_once_and_nobody_left(told: Told) -> None:
    told.says("till", order("1"), order("9", ids=["email:a@b.fr"]))
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    assert audiences.count(key) == 2
    told.says("web", {"ids": ["card:1", "email:a@b.fr"]})
    audiences.follow()
    assert audiences.ids(key) == [told.one("card:1")]
    assert not [one for one in facts(told) if one[0] == "Audience Left"]


def test_what_was_told_about_an_audience_is_no_meeting_with_the_customer(told: Told) -> None:
    told.says("till", order("1"))
    audiences = told.customers.audiences
    audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    one = told.customers.get(told.one("card:1"))
    assert (one.events, one.last_at) == (1, one.last_order_at)
    assert "Audience Entered" in {entry.name for entry in told.customers.timeline(one.id).entries}


def test_one_more_condition_shows_at_once_how_many_are_left(told: Told) -> None:
    told.says("till", order("1"), order("1"), order("2"), {"ids": ["card:3", "email:x@y.fr"]})
    settle_lake(told)
    said = tree.All(
        (tree.Happened("Order Completed"), tree.Happened("Order Completed", test=tree.Test("at_least", (2,))))
    )
    preview = told.customers.audiences.preview(Definition(said), personal=True)
    assert (preview.people, preview.population) == (1, 3)
    assert [part.people for part in preview.parts] == [1, 2, 1]
    assert [row.id for row in preview.sample] == [told.one("card:1")]
    assert {one.channel: one.with_address for one in preview.reach}["email"] == 0


def settle_lake(told: Told) -> None:
    writer.flush(told.shop.home.lake, told.shop.log, told.customers.status().position, lambda *_: ())


def test_why_somebody_is_in_or_not_names_what_was_found(told: Told) -> None:
    told.says("till", order("1"), order("1"), order("2"))
    settle_lake(told)
    twice = Definition(tree.Happened("Order Completed", test=tree.Test("at_least", (2,))))
    why = told.customers.audiences.why(twice, told.one("card:2"))
    (reason,) = why.reasons
    assert (why.holds, reason.number, reason.sentence) == (False, 1.0, "bought at least 2 times")
    assert told.customers.audiences.why(twice, told.one("card:1")).holds


MANY = {"is": "event", "event": "X", "test": {"how": "at_least", "values": ["many"]}}
SURNAME = {"is": "personal", "field": "last_name", "test": {"how": "is", "values": ["Doe"]}}


@pytest.mark.parametrize("bad, path", [
    ({"is": "nonsense"}, "who.is"),
    ({"is": "all", "of": [MANY]}, "who.of[0].test.values"),
    ({"is": "not", "of": SURNAME}, "who.of.field"),
    ({"is": "bought", "by": "brand", "values": []}, "who.values"),
    ({"is": "audience", "audience": "nowhere"}, "who"),
])  # fmt: skip
def test_a_condition_that_means_nothing_is_marked_where_it_stands(told: Told, bad: object, path: str) -> None:
    with pytest.raises(ChoralError) as error:
        told.customers.audiences.create(SYSTEM, "Bad", {"who": bad})
    assert (error.value.code, error.value.details["path"]) == ("invalid_condition", path)


def test_an_audience_cannot_ask_for_itself(told: Told) -> None:
    audiences = told.customers.audiences
    first = audiences.create(SYSTEM, "First", BOUGHT)
    second = audiences.create(SYSTEM, "Second", Definition(tree.Member(first)))
    with pytest.raises(ChoralError, match="leads back to itself"):
        audiences.change(SYSTEM, first, "First", Definition(tree.Not(tree.Member(second))))
    with pytest.raises(ChoralError, match="ask for this one"):
        audiences.archive(SYSTEM, first)


def test_a_frozen_list_never_moves(told: Told) -> None:
    told.says("till", order("1"))
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    frozen = audiences.freeze(SYSTEM, key, "Bought, as of today")
    told.says("till", order("2"))
    audiences.follow()
    assert (audiences.count(key), audiences.count(frozen)) == (2, 1)
    assert audiences.overlap(key, frozen).both == 1


def test_a_list_of_people_found_elsewhere_never_moves(told: Told) -> None:
    told.says("till", order("1"), order("2"))
    settle(told)
    audiences, one = told.customers.audiences, told.one("card:1")
    key = audiences.keep_list(SYSTEM, "Left the funnel", [int(one), int(one)], "a funnel")
    told.says("till", order("3"))
    audiences.follow()
    assert (audiences.get(key).row.fixed, audiences.ids(key), audiences.count(key)) == (True, [one], 1)
    with pytest.raises(ChoralError, match="nobody to keep"):
        audiences.keep_list(SYSTEM, "Nobody", [], "a funnel")


def test_a_changed_audience_is_filled_again_and_an_archived_one_is_emptied(told: Told) -> None:
    told.says("till", order("1"), order("2"), order("2"))
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    audiences.change(
        SYSTEM, key, "Twice", Definition(tree.Happened("Order Completed", test=tree.Test("at_least", (2,)))), 1
    )
    settle(told)
    assert audiences.ids(key) == [told.one("card:2")]
    assert facts(told)[-1] == ("Audience Left", key, "card:1")
    audiences.archive(SYSTEM, key)
    settle(told)
    assert facts(told)[-1] == ("Audience Left", key, "card:2")
    assert [version.version for version in audiences.get(key).versions] == [2, 1]


def test_what_was_bought_is_followed_by_category_and_a_new_catalogue_counts_anew(told: Told) -> None:
    wine = {"products": [{"product_id": "p1", "price": 5, "category": "Wine"}]}
    told.says("till", order("1", properties=wine), order("2", properties={"products": [{"product_id": "p2"}]}))
    audiences = told.customers.audiences
    said = tree.Bought("category", ("Wine",), test=tree.Test("at_least", (1,)))
    key = audiences.create(SYSTEM, "Wine", Definition(said))
    settle(told)
    assert audiences.ids(key) == [told.one("card:1")]
    told.says("till", order("2", properties=wine))
    audiences.follow()
    assert audiences.count(key) == 2
    products = {"product_id": ["p1"], "category": ["Juice"]}
    rows = pyarrow.table(
        {name: products.get(name, [None]) for name in DATASETS["products"].schema.names},
        schema=DATASETS["products"].schema,
    )
    Datasets(told.shop.home.lake).put("products", rows.to_reader())
    settle(told)
    assert audiences.count(key) == 0


def test_consent_and_restriction_decide_at_once(told: Told) -> None:
    told.says("till", order("1", ids=["email:a@b.fr", "card:1"]), order("2", ids=["email:b@b.fr", "card:2"]))
    audiences, consent = told.customers.audiences, told.customers.consent
    key = audiences.create(SYSTEM, "May be written to", Definition(tree.Consent("offers", "email")))
    settle(told)
    assert audiences.count(key) == 0
    consent.record(SYSTEM, [Statement("email:a@b.fr", "offers", "email", "granted", "console")])
    settle(told)
    assert audiences.ids(key) == [told.one("card:1")]
    (reach,) = (one for one in audiences.reach(key) if one.channel == "email")
    assert (reach.people, reach.with_address) == (1, 1)


def test_membership_is_told_to_the_person_and_forgotten_with_them(told: Told) -> None:
    told.says("till", order("1"), order("2"))
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    (section,) = personal.told(["card:1"])
    assert [(row["audience"], row["name"]) for row in section.rows] == [(key, "Bought")]
    act(personal_erase, SYSTEM, ["card:1"])
    assert not personal.told(["card:1"]) and audiences.ids(key) == [told.one("card:2")]


def personal_erase(tx: Tx, identifiers: list[str]) -> None:
    personal.erase(tx, identifiers)
    tx.tell(Event("erased", "Customer Erased", tx.now))


def test_a_flood_of_events_is_taken_in_one_query_and_tells_each_move_once(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.says("till", order("1"))
    audiences = told.customers.audiences
    key = audiences.create(SYSTEM, "Bought", BOUGHT)
    settle(told)
    monkeypatch.setattr("choral.customers.audiences.keeping.FLOOD", 2)
    told.says("till", *(order(str(number)) for number in range(2, 9)))
    writer.flush(told.shop.home.lake, told.shop.log, told.customers.status().position, lambda *_: ())
    audiences._keeper._rest_until = 0.0
    while audiences.keep():
        pass
    assert audiences.count(key) == 8 and follow.waiting(1) == 0
    settle(told)
    entered = [one for one in facts(told) if one[0] == "Audience Entered"]
    assert len(entered) == len(set(entered)) == 8


def test_before_there_is_any_audience_a_count_knows_the_newest_too(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("choral.customers.audiences.reading._LOOK_SECONDS", 0.0)
    told.says("till", order("1"))
    settle_lake(told)
    assert told.customers.audiences.preview(BOUGHT).people == 1
    told.says("till", order("2"))
    settle_lake(told)
    assert told.customers.audiences.preview(BOUGHT).people == 2
