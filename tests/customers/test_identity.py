"""Who is recognised as the same person, and who never is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from choral import Shop, open_shop
from choral.core.errors import NotFound
from choral.customers.consumer import empty
from choral.customers.identity.rules import CROWDED_ABOVE, SHARED_ABOVE
from choral.home import Home
from tests.customers.told import Told, append, event, persons, rows
from tests.promises.views import consume_after


@pytest.fixture
def told(home: Home) -> Iterator[Told]:
    shop = open_shop(home.path)
    yield Told(shop)
    shop.close()


def test_identifiers_seen_in_one_event_are_one_customer_over_all_channels(told: Told) -> None:
    told.says("web", {"ids": ["anonymous:a1"]})
    told.says("web", {"ids": ["user:7", "anonymous:a1"]})
    told.says("till", {"ids": ["card:88", "email:anna@example.com"]})
    assert not told.same("user:7", "card:88")
    told.says("app", {"ids": ["user:7", "email:anna@example.com"]})
    assert told.same("user:7", "card:88", "anonymous:a1")


def test_an_id_that_was_merged_away_still_leads_to_the_customer(told: Told) -> None:
    told.says("till", {"ids": ["card:88"]})
    old = told.one("card:88")
    told.says("web", {"ids": ["user:7", "card:88"]})
    new = told.one("user:7")
    assert old != new
    assert told.customers.get(old).id == new
    assert [entry.subject for entry in told.customers.timeline(old).entries] == ["user:7", "card:88"]


def test_an_id_nobody_ever_had_is_not_found(told: Told) -> None:
    for nonsense in ("12", "x", "", "9" * 30, "-1"):
        with pytest.raises(NotFound):
            told.customers.get(nonsense)


@pytest.mark.parametrize("nobody", ["null", "0", "undefined", "guest", "anonymous", "[object Object]", " ", "-1"])
def test_values_that_mean_nobody_never_identify_anybody(told: Told, nobody: str) -> None:
    told.says("web", {"ids": [f"user:{nobody}", "anonymous:a1"]}, {"ids": [f"user:{nobody}", "anonymous:a2"]})
    assert not told.same("anonymous:a1", "anonymous:a2")
    assert [text for _, text, *_ in rows("identity_identifier")] in (
        ["anonymous:a1", "anonymous:a2"], ["anonymous:a2", "anonymous:a1"],
    )  # fmt: skip


def test_an_email_shared_by_two_users_glues_neither_and_says_so(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "email:home@example.com"]}, {"ids": ["user:2", "email:home@example.com"]})
    assert not told.same("user:1", "user:2")
    explained = told.customers.explain(told.one("user:1"), personal=True)
    assert [(link.other, link.counts) for link in explained.links] == [("email home@example.com", False)]


def test_two_cards_are_not_made_one_by_a_mail_but_are_by_the_account_that_holds_both(told: Told) -> None:
    told.says("till", {"ids": ["card:1", "email:a@example.com"]}, {"ids": ["card:2", "email:a@example.com"]})
    assert not told.same("card:1", "card:2")
    told.says("web", {"ids": ["user:9", "card:1"]}, {"ids": ["user:9", "card:2"]})
    assert told.same("card:1", "card:2", "user:9")


def test_a_browser_used_by_two_people_belongs_to_neither(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "anonymous:kiosk"]})
    assert told.same("user:1", "anonymous:kiosk")
    told.says("web", {"ids": ["user:2", "anonymous:kiosk"]})
    assert not told.same("user:1", "anonymous:kiosk")
    assert not told.same("user:1", "user:2")
    told.says("web", {"ids": ["anonymous:kiosk"], "name": "Product Viewed"})
    assert "Product Viewed" not in told.customers.timeline_filters(told.one("user:2"))[1]


def test_a_number_seen_with_very_many_customers_becomes_public_and_links_nobody(told: Told) -> None:
    calls = [{"ids": [f"card:{n}", "phone:+33123456789"]} for n in range(1, SHARED_ABOVE + 2)]
    told.says("till", *calls[:2])
    told.says("till", *calls[2:])
    (number,) = [row for row in rows("identity_identifier") if row[1].startswith("phone:")]
    assert (number[3], number[4]) == (number[0], 2), "it stands alone, as shared"
    assert told.customers.count() == SHARED_ABOVE + 2


def test_a_device_beside_very_many_browsers_costs_no_more_than_any_other(told: Told) -> None:
    for start in range(0, 1_200, 300):
        told.says("web", *[{"ids": ["device:kiosk", f"anonymous:a{n}"]} for n in range(start, start + 300)])
    assert not told.same("anonymous:a1", "anonymous:a2")
    seen = {row[1]: row[4] for row in rows("identity_identifier")}
    assert seen["device:kiosk"] == 2


def test_a_test_account_with_thousands_of_mails_stops_linking(told: Told) -> None:
    many = CROWDED_ABOVE + 10
    append(told.shop, "web", [event(n, "user:test", f"email:#{n}") for n in range(many)])
    told.consume()
    assert not told.same("user:test", "email:#1")


def test_an_explanation_shows_each_link_with_the_event_that_proves_it(told: Told) -> None:
    told.says("till", {"ids": ["card:88", "email:anna@example.com"]})
    told.says("web", {"ids": ["user:7", "email:anna@example.com"]})
    told.says("app", {"ids": ["user:7", "email:anna@example.com"]})
    found = told.customers.explain(told.one("card:88"), personal=True)
    assert [(link.one, link.other, link.source, link.position, link.counts) for link in found.links] == [
        ("card 88", "email anna@example.com", "till", 1, True),
        ("user 7", "email anna@example.com", "web", 2, True),
        ("user 7", "email anna@example.com", "app", 3, True),
    ]
    assert "anna" not in repr(told.customers.explain(told.one("card:88")))


def test_the_identity_map_has_a_version_that_moves_with_it(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]}, {"ids": ["card:2"]})
    version, table = told.customers.identity_version(), told.customers.identity_map()
    assert table.num_rows == 2
    told.says("web", {"ids": ["user:1"]}, {"ids": ["card:2"]})
    assert told.customers.identity_version() == version
    told.says("web", {"ids": ["user:1", "card:2"]})
    assert told.customers.identity_version() != version
    rows = {row["identifier"]: row for row in told.customers.identity_map().to_pylist()}
    assert rows["user:1"]["customer"] == rows["card:2"]["customer"] == int(told.one("card:2"))


def test_the_identity_map_says_what_names_a_person_and_what_only_a_browser_or_a_receipt(told: Told) -> None:
    told.says("web", {"ids": ["card:2", "anonymous:a"]}, {"ids": ["receipt:7"]})
    says = {row["identifier"]: row["says_who"] for row in told.customers.identity_map().to_pylist()}
    assert says == {"card:2": True, "anonymous:a": False, "receipt:7": False}


_POOL = [
    *(f"user:u{n}" for n in range(3)), *(f"card:{n}" for n in range(3)), *(f"email:#{n}" for n in range(3)),
    "phone:#1", "phone:#2", "device:d1", "device:d2", *(f"anonymous:a{n}" for n in range(3)), "token:t1",
]  # fmt: skip
_IDS = some.lists(some.sampled_from(_POOL), min_size=1, max_size=3, unique=True).map(
    lambda ids: sorted(ids, key=lambda one: _POOL.index(one))
)
_BODY = some.tuples(_IDS, some.integers(0, 5), some.sampled_from(["web", "till"]))
_FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@_FEW
@given(data=some.data(), bodies=some.lists(_BODY, min_size=2, max_size=12))
def test_whoever_is_found_to_be_one_person_does_not_depend_on_the_order_of_the_news(
    told: Told, data: some.DataObject, bodies: list[tuple[list[str], int, str]]
) -> None:
    sent = list(enumerate(bodies))
    first = _conclude(told, sent, most=100)
    again = data.draw(some.permutations(sent))
    assert _conclude(told, again, most=data.draw(some.integers(1, 4))) == first


@_FEW
@given(bodies=some.lists(_BODY, min_size=1, max_size=14))
def test_two_accounts_are_never_one_person_whatever_is_seen(
    told: Told, bodies: list[tuple[list[str], int, str]]
) -> None:
    for members in _conclude(told, list(enumerate(bodies)), most=3):
        assert len([one for one in members if one.startswith("user:")]) <= 1
        cards = {one for one in members if one.startswith("card:")}
        if len(cards) > 1:
            held = {frozenset(ids) & cards for ids, _, _ in bodies if set(ids) & members & _users()}
            assert frozenset().union(*held) == cards, "two cards are one person only through an account seen with both"


def _users() -> set[str]:
    return {one for one in _POOL if one.startswith("user:")}


def _conclude(told: Told, sent: list[tuple[int, tuple[list[str], int, str]]], most: int) -> object:
    with connections["views"].cursor():
        empty()
    before = told.shop.log.head()
    for number, (ids, at, source) in sent:
        append(told.shop, source, [event(number, *ids, at=at, name="Order Completed", amount=100, currency="EUR")])
    consume_after(told, before, most)
    return persons()


def test_the_promise_holds_for_a_shop_opened_again(shop: Shop) -> None:
    told = Told(shop)
    told.says("till", {"ids": ["card:88", "email:anna@example.com"]})
    told.says("web", {"ids": ["user:7", "email:anna@example.com"]})
    assert told.same("card:88", "user:7")
