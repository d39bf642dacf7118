"""Who is one person, over HTTP: rules, quarantine, a merge seen before, made, explained and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_program import Program

from choral import Shop
from choral.books.outbox import BooksOutbox
from choral.customers.consumer import consume
from choral.events.relay import relay

API = "/api/v1"


@pytest.fixture
def two(owner: Program, shop: Shop) -> Callable[[], tuple[str, str]]:
    source = owner.send("POST", f"{API}/sources", {"name": "Shop"}).json()["id"]
    events = [
        {"id": "1", "name": "Signed In", "ids": ["user:1", "email:ada@shop.eu"]},
        {"id": "2", "name": "Order Completed", "ids": ["card:5"], "properties": {"total": 7, "currency": "EUR"}},
        {"id": "3", "name": "Signed In", "ids": ["user:2", "card:5"]},
    ]
    owner.send("POST", f"{API}/events", {"source": source, "events": events})

    def settled() -> tuple[str, str]:
        relay(BooksOutbox(), shop.log)
        while consume(shop.home, shop.log):
            pass
        found = shop.customers.resolve(["user:1", "card:5"])
        return found["user:1"], found["card:5"]

    return settled


def test_a_merge_is_seen_before_confirmed_made_told_and_undone(
    owner: Program, two: Callable[[], tuple[str, str]]
) -> None:
    one, other = two()
    preview = owner.get(f"{API}/identity/merges/{one}/{other}").json()
    assert preview["confirm"] and preview["conflicts"][0]["code"] == "two_of_a_kind"
    assert preview["revenue"] == {"amount": 700, "currency": "EUR"}
    merge = {"one": one, "other": other, "reason": "same person"}
    asked = owner.send("POST", f"{API}/identity/merges", merge)
    assert (asked.status_code, asked.json()["code"]) == (409, "confirmation_needed")
    made = owner.send("POST", f"{API}/identity/merges", merge | {"confirmed": True}, once="m").json()
    assert owner.send("POST", f"{API}/identity/merges", merge | {"confirmed": True}, once="m").json() == made
    assert len(set(two())) == 1
    (told,) = owner.get(f"{API}/customers/{one}/corrections").json()["data"]
    assert (told["kind"], told["reason"], told["applied"]) == ("join", "same person", True)
    owner.send("DELETE", f"{API}/identity/corrections/{made['id']}")
    assert len(set(two())) == 2
    assert owner.get(f"{API}/identity/corrections").json()["data"][0]["withdrawn_at"]
    assert owner.get(f"{API}/identity/corrections", holding="true").json()["data"] == []


def test_identifiers_are_held_apart_and_the_explanation_says_so(
    owner: Program, two: Callable[[], tuple[str, str]]
) -> None:
    two()
    apart = {"one": "user:2", "other": "card:5", "reason": "the sister's card"}
    assert owner.send("POST", f"{API}/identity/aparts", apart).status_code == 200
    _, other = two()
    links = owner.get(f"{API}/customers/{other}/explanation").json()["links"]
    assert [(link["a"], link["b"], link["aside"]) for link in links] == [("user:2", "card:5", "apart")]


def test_rules_are_read_tried_changed_and_reset(owner: Program, two: Callable[[], tuple[str, str]]) -> None:
    two()
    assert owner.send("POST", f"{API}/identity/rules/card/previews", {"links": False}).json()["changed"] == 2
    changed = owner.send("PATCH", f"{API}/identity/rules/card", {"links": False}).json()
    assert (changed["links"], changed["changed"]) == (False, True)
    two()
    found = owner.get(f"{API}/identity/rules").json()
    assert [kind["name"] for kind in found["kinds"] if kind["changed"]] == ["card"]
    assert owner.send("DELETE", f"{API}/identity/rules/card").json()["changed"] is False
    refused = owner.send("PATCH", f"{API}/identity/rules/card", {"most": 0})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_identity_rule")


def test_a_value_is_blocked_shown_in_quarantine_and_released(
    owner: Program, program: Callable[[str], Program], two: Callable[[], tuple[str, str]]
) -> None:
    two()
    body = {"rule": "block", "subject": "email:ada@shop.eu", "reason": "the shop's own"}
    rule = owner.send("POST", f"{API}/identity/values", body).json()
    two()
    (aside,) = owner.get(f"{API}/identity/quarantine").json()["data"]
    assert (aside["state"], aside["rule"]) == ("blocked", rule["id"])
    for path in ("quarantine", "rules"):
        assert b"ada@" not in program("analyst").get(f"{API}/identity/{path}").content
    assert owner.send("DELETE", f"{API}/identity/values/{rule['id']}").json()["state"] == "withdrawn"
    two()
    assert owner.get(f"{API}/identity/quarantine").json()["data"] == []


def test_agents_merge_but_only_owner_and_privacy_officer_set_rules(
    program: Callable[[str], Program], two: Callable[[], tuple[str, str]]
) -> None:
    one, other = two()
    merge = {"one": one, "other": other, "reason": "asked", "confirmed": True}
    for role, may_merge, may_rule in (
        ("agent", 200, 403), ("privacy", 200, 200), ("marketer", 403, 403), ("analyst", 403, 403),
    ):  # fmt: skip
        assert program(role).send("POST", f"{API}/identity/merges", merge).status_code == may_merge, role
        assert program(role).send("PATCH", f"{API}/identity/rules/card", {"most": 4}).status_code == may_rule, role
