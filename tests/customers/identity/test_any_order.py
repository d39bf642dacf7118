"""Whatever the order of evidence, proofs, corrections and rules: the same people; what is held apart is never one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from choral import open_shop
from choral.core.event import Event
from choral.customers.consumer import empty
from choral.customers.identity import carrying
from choral.home import Home
from tests.customers.told import START, Told, append, event, persons
from tests.promises.views import consume_after

POOL = [
    "user:u1", "user:u2", "user:u3", "card:1", "card:2", "token:t1", "email:#1", "email:#2", "phone:#1", "device:d1",
    "anonymous:a1", "anonymous:a2", "receipt:r1",
]  # fmt: skip
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
IDS = some.lists(some.sampled_from(POOL), min_size=1, max_size=3, unique=True).map(
    lambda ids: sorted(ids, key=POOL.index)
)
SAID = some.sampled_from([None, None, True, ["email"], ["phone", "email"]])
BODY = some.tuples(some.just("event"), IDS, SAID, some.integers(0, 5), some.sampled_from(["web", "till", "tablet"]))
PAIR = some.lists(some.sampled_from(POOL), min_size=2, max_size=2, unique=True)
DECISION = some.tuples(some.sampled_from(["join", "apart", "undone"]), PAIR)
RULES = [
    {}, {"kinds": {"card": {"unique": False, "most": 2}}}, {"blocked": ["email:#1"]}, {"tablets": ["tablet"]},
    {"kinds": {"email": {"shared_above": 1}, "anonymous": {"shared_above": 1}, "card": {"shared_above": 1}}},
    {"kinds": {"email": {"priority": 1, "proof_to_join": True}}}, {"kinds": {"phone": {"links": False}}},
]  # fmt: skip


@pytest.fixture(params=["one by one", "carried as a whole"])
def told(home: Home, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """With every person taken for small, and with every person taken for large."""
    if request.param == "carried as a whole":
        monkeypatch.setattr(carrying, "CARRIED_ABOVE", 0)
    shop = open_shop(home.path)
    yield Told(shop)
    shop.close()


@FEW
@given(
    data=some.data(), bodies=some.lists(BODY, min_size=2, max_size=9), decided=some.lists(DECISION, max_size=4),
    rules=some.sampled_from(RULES),
)  # fmt: skip
def test_the_order_of_news_and_decisions_makes_no_difference(
    told: Told, data: some.DataObject, bodies: list[Any], decided: list[Any], rules: dict[str, object]
) -> None:
    news = [(90, ("rules", rules)), *enumerate(bodies), *enumerate(decided, len(bodies))]
    first = conclude(told, news, 100)
    assert conclude(told, data.draw(some.permutations(news)), data.draw(some.integers(1, 4))) == first


@FEW
@given(
    data=some.data(), bodies=some.lists(BODY, min_size=2, max_size=9), decided=some.lists(DECISION, max_size=2),
    rules=some.lists(some.sampled_from(RULES), min_size=2, max_size=3),
)  # fmt: skip
def test_rules_changed_at_any_time_give_what_they_had_given_from_the_start(
    told: Told, data: some.DataObject, bodies: list[Any], decided: list[Any], rules: list[dict[str, object]]
) -> None:
    news: list[Any] = [*enumerate(bodies), *enumerate(decided, len(bodies))]
    first = conclude(told, [(90, ("rules", rules[-1])), *news], 100)
    at = sorted(data.draw(some.lists(some.integers(0, len(news)), min_size=len(rules), max_size=len(rules))))
    for number, (place, one) in reversed([*enumerate(zip(at, rules, strict=True), 90)]):
        news.insert(place, (number, ("rules", one)))
    assert conclude(told, news, data.draw(some.integers(1, 4))) == first


@FEW
@given(bodies=some.lists(BODY, min_size=2, max_size=12), decided=some.lists(DECISION, min_size=1, max_size=5))
def test_what_people_hold_apart_is_never_one_person(told: Told, bodies: list[Any], decided: list[Any]) -> None:
    decided = [one for one in decided if one[0] != "undone"]
    for members in conclude(told, [*enumerate(bodies), *enumerate(decided, len(bodies))], 3):
        for kind, pair in decided:
            assert kind == "join" or not members.issuperset(pair)


@FEW
@given(bodies=some.lists(BODY, min_size=1, max_size=12))
def test_without_a_decision_two_accounts_are_never_one_and_no_proof_is_overruled(told: Told, bodies: list[Any]) -> None:
    for members in conclude(told, list(enumerate(bodies)), 3):
        assert len([one for one in members if one.startswith("user:")]) <= 1
        for _, ids, said, _, _ in bodies:
            if said is True and ids[0].startswith("user:") and "email:#1" in ids and "email:#1" in members:
                assert ids[0] in members or len({b[1][0] for b in bodies if "email:#1" in b[1]}) > 1


def conclude(told: Told, news: list[Any], most: int) -> dict[frozenset[str], Any]:
    """The people that follow from these events and facts, told in this order and read in steps of `most`."""
    empty()
    before = told.shop.log.head()
    for number, one in news:
        if one[0] == "event":
            _, ids, said, at, source = one
            properties = {} if said is None else {"verified": said}
            append(told.shop, source, [event(number, *ids, at=at, properties=properties, name="Email Opened")])
        else:
            append(told.shop, "choral", [fact(number, one)])
    consume_after(told, before, most)
    return persons()


def fact(number: int, one: Any) -> Event:
    if one[0] == "rules":
        return _event(number, "Identity Rules Changed", {"rules": one[1]})
    kind, (a, b) = one
    name = {"join": "Customers Merged", "apart": "Identifiers Kept Apart", "undone": "Merge Undone"}[kind]
    # The number is the decision's place in time, whenever the news of it comes.
    made = number - 1 if kind == "undone" else number
    return _event(number, name, {"correction": f"c{made:03}", "one": a, "other": b})


def _event(number: int, name: str, said: dict[str, object]) -> Event:
    return Event(f"f{number}", name, START + number, properties=msgspec.Raw(msgspec.json.encode(said)))
