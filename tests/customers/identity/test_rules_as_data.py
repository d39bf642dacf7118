"""The rules of identity are data: what the owner changes holds for all that was ever seen, and can be taken back."""

from __future__ import annotations

import pytest

from choral.books import Actor
from choral.core.errors import InvalidInput
from choral.customers.consumer import rebuild
from tests.customers.told import Told, dump, persons

OWNER = Actor("member:1")


def test_a_kind_that_is_made_unique_takes_apart_whom_it_had_joined(told: Told) -> None:
    told.says("web", {"ids": ["token:band-1", "email:a@b.fr"]}, {"ids": ["token:band-2", "email:a@b.fr"]})
    assert told.same("token:band-1", "token:band-2")
    told.customers.identity.set_kind(OWNER, "token", {"unique": True})
    told.settle()
    assert not told.same("token:band-1", "token:band-2")
    told.customers.identity.reset_kind(OWNER, "token")
    told.settle()
    assert told.same("token:band-1", "token:band-2")


def test_other_rules_give_what_a_view_built_with_them_from_the_start_gives(told: Told) -> None:
    told.says("web", *[{"ids": [f"card:{n}", "phone:+33123456789"]} for n in range(1, 8)])
    told.says("web", {"ids": ["user:1", "card:1", "anonymous:x"]}, {"ids": ["user:2", "anonymous:x"]})
    told.customers.identity.set_kind(OWNER, "phone", {"shared_above": 4})
    told.customers.identity.set_kind(OWNER, "card", {"unique": False, "most": 9})
    told.settle()
    before = dump()
    assert not told.same("card:2", "card:3")
    rebuild(told.shop.home, told.shop.log)
    assert dump() == before


def test_a_dry_run_of_a_rule_counts_who_would_change_and_changes_nobody(told: Told) -> None:
    told.says("web", {"ids": ["token:1", "email:a@b.fr"]}, {"ids": ["token:2", "email:a@b.fr"]}, {"ids": ["user:3"]})
    before = persons()
    preview = told.customers.identity.preview_kind("email", {"links": False})
    assert (preview.changed, preview.moved, preview.identifiers) == (3, 2, 4)
    told.settle()
    assert persons() == before
    assert told.customers.identity.preview_kind("email", {"priority": 6}).changed == 0


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("user", {"tier": 3}), ("card", {"most": 0}), ("email", {"unique": 1}), ("device", {"unique": True}),
     ("device", {"most": 3}), ("phone", {"shared_above": 0}), ("name", {"links": True}), ("email", {"most": 10**9})],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused_with_its_reason(
    told: Told, kind: str, changes: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        told.customers.identity.set_kind(OWNER, kind, changes)
    assert refused.value.why
    assert refused.value.fix


def test_the_shops_own_address_once_blocked_links_nobody_and_once_released_links_again(told: Told) -> None:
    told.says("till", {"ids": ["card:1", "email:Contact@Shop.fr"]}, {"ids": ["token:9", "email:contact@shop.fr"]})
    assert told.same("card:1", "token:9")
    rule = told.customers.identity.block(OWNER, "email:contact@shop.fr", "our own")
    told.settle()
    assert not told.same("card:1", "token:9")
    (aside,) = told.customers.identity.quarantine(personal=True).rows
    assert (aside.state, aside.shown, aside.seen_with, aside.rule) == ("blocked", "contact@shop.fr", 2, rule.id)
    assert told.customers.identity.value_rules()[0].shown == "•••", "who may not see addresses does not"
    told.customers.identity.withdraw_rule(OWNER, rule.id)
    told.settle()
    assert told.same("card:1", "token:9")


def test_a_value_that_suddenly_links_many_is_set_aside_shown_with_since_when_and_may_be_allowed(told: Told) -> None:
    told.says("till", *[{"ids": [f"token:{n}", "phone:+33123456789"]} for n in range(1, 61)])
    (aside,) = told.customers.identity.quarantine().rows
    assert (aside.state, aside.seen_with, aside.limit) == ("shared", 60, 50)
    assert aside.since_at - aside.first_at == 50, "it became too many with the fifty-first"
    assert not told.same("token:1", "token:2")
    told.customers.identity.set_kind(OWNER, "token", {"most": 100})
    allowed = told.customers.identity.allow(OWNER, aside.identifier, 80, "a club")
    told.settle()
    assert told.same(*(f"token:{n}" for n in range(1, 61)))
    assert told.customers.identity.quarantine().rows == ()
    told.customers.identity.withdraw_rule(OWNER, allowed.id)
    told.settle()
    assert not told.same("token:1", "token:2")


def test_browsers_of_a_stores_tablet_belong_to_nobody_from_the_first_log_in_on(told: Told) -> None:
    told.says("tablet", {"ids": ["user:1", "anonymous:t"]})
    told.says("web", {"ids": ["user:1", "anonymous:own"]})
    assert told.same("user:1", "anonymous:t", "anonymous:own")
    source = next(one.name for one in told.shop.events.sources() if "tablet" in one.name)
    rule = told.customers.identity.declare_tablet(OWNER, source, "at the counter")
    told.settle()
    assert told.same("user:1", "anonymous:own")
    assert not told.same("user:1", "anonymous:t")
    told.says("tablet", {"ids": ["user:2", "anonymous:t"]})
    assert not told.same("user:2", "anonymous:t")
    told.customers.identity.withdraw_rule(OWNER, rule.id)
    told.settle()
    assert not told.same("user:1", "anonymous:t"), "two people were seen with it by now"


def test_a_receipt_brings_its_purchase_to_whoever_claims_it_and_to_nobody_when_two_do(told: Told) -> None:
    told.says("till", {"ids": ["receipt:R1"], "name": "Order Completed", "properties": {"total": 9, "currency": "EUR"}})
    told.says("app", {"ids": ["user:1", "receipt:R1"]})
    assert told.customers.get(told.one("user:1")).orders == 1
    told.says("app", {"ids": ["user:2", "receipt:R1"]})
    assert told.customers.get(told.one("user:1")).orders == 0
    assert not told.same("user:1", "user:2")


def test_a_postal_address_never_links_by_itself(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "address:1 rue X"]}, {"ids": ["user:2", "address:1 rue X"]})
    assert not told.same("user:1", "user:2")


def test_whoever_is_not_the_shop_cannot_change_rules_or_merge(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]}, {"ids": ["user:2"]})
    forged = {"correction": "x", "one": "user:1", "other": "user:2"}
    told.says("web", {"ids": ["user:1"], "name": "Customers Merged", "properties": forged})
    told.says("web", {"name": "Identity Rules Changed", "ids": ["user:1"],
                      "properties": {"rules": {"kinds": {"user": {"unique": False}}}}})  # fmt: skip
    assert not told.same("user:1", "user:2")
