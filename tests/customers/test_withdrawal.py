"""A source that is withdrawn (an import undone) leaves no trace in what is concluded, and never comes back."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from choral.core.errors import NotFound
from choral.customers.consumer import consume, rebuild
from tests.customers.told import Told, append, dump, event, persons, rows
from tests.promises.views import happenings

_PERSON = {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@example.com", "plan": "gold"}


def withdraw(told: Told, source: str, sent_by: str = "choral") -> None:
    append(told.shop, sent_by, [event(10**6, name="Source Withdrawn", properties={"source": source})])


def test_an_undone_import_takes_its_customers_figures_and_personal_values_with_it(told: Told) -> None:
    told.says("till", {"ids": ["card:1"], "name": "Order Completed", "amount": 500, "currency": "EUR"})
    told.says(
        "import-1",
        {"ids": ["card:1"], "name": "Customer Identified", "traits": _PERSON},
        {"ids": ["card:1"], "name": "Order Completed", "amount": 700, "currency": "EUR"},
        {"ids": ["card:2"], "name": "Order Completed", "amount": 900, "currency": "EUR"},
    )
    known, gone = told.one("card:1"), told.one("card:2")
    assert (told.customers.get(known).revenue, told.customers.count()) == (1_200, 2)
    withdraw(told, "import-1")
    told.consume()
    found = told.customers.get(known, personal=True)
    assert (found.revenue, found.orders, found.records, found.traits) == (500, 1, (), ())
    assert [one.text for one in found.identifiers] == ["card:1"]
    assert len(told.customers.timeline(known).entries) == 1
    assert told.customers.search("zoe", personal=True) == ()
    assert told.customers.count() == 1
    with pytest.raises(NotFound):
        told.customers.get(gone)
    assert list(told.customers.withdrawn()) == ["import-1"]


def test_what_another_source_said_too_stays(told: Told) -> None:
    for source, at in (("till", 10), ("import-1", 20)):
        told.says(source, {"ids": ["user:7", "card:1"], "name": "Customer Identified", "traits": _PERSON, "at": at})
    withdraw(told, "import-1")
    told.consume()
    assert told.same("user:7", "card:1")
    found = told.customers.get(told.one("card:1"), personal=True)
    assert found.name == "Zoé Martin"
    assert {value.source for value in found.records} == {"till"}
    assert [(trait.field, trait.source) for trait in found.traits] == [("plan", "till")]


def test_people_glued_by_the_import_are_apart_again(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "anonymous:a"]})
    told.says("till", {"ids": ["card:2"]})
    apart = persons()
    told.says("import-1", {"ids": ["user:1", "card:2"]}, {"ids": ["user:5", "anonymous:a"]})
    assert told.same("user:1", "card:2")
    withdraw(told, "import-1")
    told.consume()
    assert persons() == apart


def test_events_of_the_source_that_come_later_count_no_more(told: Told) -> None:
    told.says("import-1", {"ids": ["card:1"]})
    withdraw(told, "import-1")
    told.says("import-1", {"ids": ["card:1"]}, {"ids": ["card:3"], "name": "Customer Identified", "traits": _PERSON})
    assert rows("identity_identifier") == []
    assert rows("profiles_customer") == []
    assert dump()["records"] == []


def test_only_the_shop_itself_can_withdraw_a_source(told: Told) -> None:
    told.says("till", {"ids": ["card:1"]})
    withdraw(told, "till", sent_by="web")
    told.consume()
    assert told.customers.count() == 1
    withdraw(told, "choral")
    told.consume()
    assert list(told.customers.withdrawn()) == []


def test_a_rebuild_after_an_undo_has_the_same_bytes(told: Told) -> None:
    chance = random.Random(3)
    for one in happenings(150):
        append(told.shop, chance.choice(["web", "import-1"]), [one])
    told.consume(20)
    withdraw(told, "import-1")
    for one in happenings(40, seed=8):
        append(told.shop, chance.choice(["web", "import-1"]), [one])
    told.consume(20)
    after = dump()
    rebuild(told.shop.home, told.shop.log)
    assert dump() == after


def test_a_crash_in_the_middle_of_an_undo_is_made_good(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.says("import-1", {"ids": ["card:1"], "name": "Customer Identified", "traits": _PERSON})
    withdraw(told, "import-1")
    with monkeypatch.context() as patched:
        patched.setattr("choral.customers.withdrawal.retract", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            consume(told.shop.home, told.shop.log)
    assert told.customers.count() == 1, "the views have all of it or nothing"
    told.consume()
    assert (told.customers.count(), dump()["records"], dump()["index"]) == (0, [], [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(seed=some.integers(0, 10**6), count=some.integers(1, 60), most=some.integers(1, 20))
def test_the_views_are_as_if_the_source_had_never_sent_anything(told: Told, seed: int, count: int, most: int) -> None:
    from choral.customers.consumer import empty
    from tests.promises.views import consume_after

    events = happenings(count, seed)
    outcomes = []
    for undone in (True, False):
        empty()
        before = told.shop.log.head()
        chance = random.Random(seed)
        for one in events:
            source = chance.choice(["web", "till", "import-1"])
            if undone or source != "import-1":
                append(told.shop, source, [one])
        if undone:
            consume_after(told, before, most)
            withdraw(told, "import-1")
            told.consume()
        else:
            consume_after(told, before, most)
        outcomes.append(persons())
    assert outcomes[0] == outcomes[1]
