"""The record over HTTP: found by any identifier, names only with permission, refusals that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_program import Program


def test_the_till_gets_the_whole_record_by_a_card(
    program: Callable[[str], Program], a_sold_basket: dict[str, str]
) -> None:
    seen = program("associate").get("/api/v1/customers/profile", identifier="8812", place="till").json()
    assert seen["id"] == a_sold_basket["customer_id"] and seen["customer"]["name"] == "Ada"
    computed: dict[str, Any] = {one["key"]: one for one in seen["computed"]}
    assert computed["orders_90_days"]["value"] == 1 and computed["orders_90_days"]["means"]
    assert seen["recommendations"]["why_not_personal"] == "no_model"
    hidden = program("analyst").get("/api/v1/customers/profile", identifier="card:8812", include="customer").json()
    assert "Ada" not in str(hidden) and hidden["computed"] is None


def test_an_unknown_card_and_an_unknown_part_are_answered_with_what_to_do(owner: Program) -> None:
    nobody = owner.get("/api/v1/customers/profile", identifier="card:1")
    assert nobody.status_code == 404 and nobody.json()["code"] == "no_such_customer"


def test_a_computed_trait_is_defined_explained_and_removed_by_a_program(
    owner: Program, a_sold_basket: dict[str, str]
) -> None:
    definition = {"names": {"en": "Spent"}, "kind": "sum", "of": "amount", "event": "Order Completed"}
    assert owner.send("PUT", "/api/v1/computed-traits/spent", definition).status_code == 200
    path = f"/api/v1/customers/{a_sold_basket['customer_id']}/computed-traits/spent"
    behind = owner.get(path).json()
    assert behind["trait"]["value"] == 1_990 and behind["events"] == 1
    assert behind["rows"][0]["amount"] == {"amount": 1_990, "currency": "EUR"}
    wrong = owner.send("PUT", "/api/v1/computed-traits/spent", definition | {"of": "name"})
    assert wrong.status_code == 422 and wrong.json()["code"] == "wrong_trait" and wrong.json()["fix"]
    assert owner.send("DELETE", "/api/v1/computed-traits/spent").json()["state"] == "removed"
    assert owner.get(path).status_code == 404


def test_a_stranger_is_recommended_something_too_and_only_who_may_sets_rules(
    program: Callable[[str], Program], a_sold_basket: dict[str, str]
) -> None:
    assert program("associate").get("/api/v1/recommendations").status_code == 200
    rule = {"kind": "block_product", "subject": "p1"}
    assert program("associate").send("PUT", "/api/v1/recommendations/rules", rule).status_code == 403
    assert program("marketer").send("PUT", "/api/v1/recommendations/rules", rule).json()["before"] == ""
    rows = program("owner").get("/api/v1/recommendations/rules").json()["data"]
    assert [(one["kind"], one["subject"]) for one in rows] == [("block_product", "p1")]
