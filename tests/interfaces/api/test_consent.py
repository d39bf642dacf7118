"""Consent over HTTP: written, asked, undone; each role what it may, each write once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_program import Program

from choral import Shop

ADA = "email:ada@shop.eu"


def said(state: str, **more: Any) -> dict[str, Any]:
    return {"statements": [{"identifier": ADA, "purpose": "offers", "channel": "email", "state": state, **more}]}


def decided(caller: Program, **more: Any) -> tuple[bool, str]:
    asked = {"identifiers": [ADA], "purpose": "offers", "channel": "email", **more}
    answer = caller.send("POST", "/api/v1/consent-decisions", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["allowed"], answer.json()["reasons"][0]["code"]


def test_what_is_written_is_answered_at_once_and_can_be_undone(owner: Program, a_sold_basket: dict[str, str]) -> None:
    assert decided(owner) == (False, "never_asked")
    made = owner.send("POST", "/api/v1/consents", said("granted", proof={"form": "checkout"}), once="k1")
    again = owner.send("POST", "/api/v1/consents", said("granted", proof={"form": "checkout"}), once="k1")
    assert made.status_code == 201 and made.json() == again.json()
    assert decided(owner) == (True, "granted")
    customer = a_sold_basket["customer_id"]
    assert decided(owner, identifiers=[], customer=customer) == (True, "granted")
    whole = owner.get(f"/api/v1/customers/{customer}/consents").json()
    assert [one["proof"] for one in whole["entries"]] == [{"form": "checkout"}]
    stands = {(one["purpose"], one["channel"]): one["state"] for one in whole["standings"]}
    assert (stands["offers", "email"], stands["offers", "sms"], stands["service", "*"]) == (
        "granted", "never_asked", "essential",
    )  # fmt: skip
    (number,) = made.json()["entries"]
    assert owner.send("POST", f"/api/v1/consents/{number}/reversals", {}).status_code == 200
    assert decided(owner) == (False, "refused")
    many = owner.send("POST", "/api/v1/consent-decisions/many",
                      {"customers": [customer, "9"], "purpose": "offers", "channel": "email"}).json()  # fmt: skip
    assert many == {"allowed": [], "left_out": {customer: "refused", "9": "no_such_customer"},
                    "counts": {"no_such_customer": 1, "refused": 1}}  # fmt: skip


def test_all_statements_of_a_call_are_written_or_none(owner: Program) -> None:
    wrong = said("granted")
    wrong["statements"].append({**wrong["statements"][0], "purpose": "nothing_of_the_kind"})
    answer = owner.send("POST", "/api/v1/consents", wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_purpose")
    assert owner.get("/api/v1/consents").json()["data"] == []


def test_each_role_does_what_it_may_and_proofs_are_for_who_may_see_personal_values(
    program: Callable[[str], Program], owner: Program
) -> None:
    assert program("associate").send("POST", "/api/v1/consents", said("granted", proof={"n": "x"})).status_code == 201
    for role in ("marketer", "analyst"):
        assert program(role).send("POST", "/api/v1/consents", said("denied")).status_code == 403
        assert len(program(role).get("/api/v1/consents").json()["data"]) == 1
    assert program("agent").send("DELETE", "/api/v1/purposes/offers").status_code == 403
    assert program("analyst").get("/api/v1/consents").json()["data"][0]["proof"] == {}
    assert program("privacy").get("/api/v1/consents").json()["data"][0]["proof"] == {"n": "x"}


def test_purposes_and_texts_are_managed(owner: Program) -> None:
    texts = {"en": "Yes", "fr": "Oui", "it": "Sì"}
    new = {"key": "magazine", "names": texts, "texts": texts}
    assert owner.send("POST", "/api/v1/purposes", new).json()["version"] == 1
    assert owner.send("POST", "/api/v1/purposes", new).json()["code"] == "purpose_exists"
    assert owner.send("POST", "/api/v1/purposes/magazine/wordings", {"texts": texts}).json()["version"] == 2
    assert (
        owner.send("POST", "/api/v1/purposes/magazine/wordings", {"texts": {"en": "x"}}).json()["code"] == "bad_texts"
    )
    assert [one["version"] for one in owner.get("/api/v1/purposes/magazine/wordings").json()["data"]] == [2, 1]
    owner.send("DELETE", "/api/v1/purposes/magazine")
    assert "magazine" not in {one["key"] for one in owner.get("/api/v1/purposes").json()["data"]}
    assert owner.send("POST", "/api/v1/consent-decisions",
                      {"identifiers": [ADA], "purpose": "magazine", "channel": "email"}).status_code == 404  # fmt: skip
    assert owner.send("POST", "/api/v1/purposes/magazine/uses", {}).json()["retired_at"] is None


def test_links_and_double_opt_in_are_made_for_who_sends(owner: Program, shop: Shop) -> None:
    asked = {"identifiers": [ADA], "purpose": "newsletter", "address": "https://shop.example"}
    (made,) = owner.send("POST", "/api/v1/consent-links", asked).json()["data"]
    assert made["headers"]["List-Unsubscribe"] == f"<https://shop.example{made['unsubscribe']}>"
    assert "ada" not in made["unsubscribe"]
    begun = owner.send("POST", "/api/v1/consent-requests", {"identifier": ADA, "purpose": "offers", "channel": "email"})
    assert begun.status_code == 201 and begun.json()["path"].startswith("/c/c.")
    assert decided(owner) == (False, "pending")
    assert owner.send("DELETE", f"/api/v1/consent-links/{ADA}").json()["state"] == "revoked"


def test_rules_hours_and_lists_are_read_and_a_list_is_loaded(owner: Program) -> None:
    rules = owner.get("/api/v1/country-rules").json()["data"]
    assert {one["country"] for one in rules} == {"FR", "IT"} and all(one["law"] and one["text"]["it"] for one in rules)
    opens = owner.get("/api/v1/channel-hours", channel="sms", at="2026-11-28T21:00:00+01:00").json()
    assert opens == {"channel": "sms", "country": "FR", "opens_at": "2026-11-30T07:00:00Z"}
    address = "/api/v1/opposition-lists/rpo?listed_on=2026-11-20"
    loaded = owner.client.generic("POST", address, b"3331234567\nx\n", "text/csv", headers=owner._headers())
    assert (loaded.status_code, loaded.json()) == (201, {"key": "rpo", "numbers": 1, "unread": 1})
    (rpo,) = [one for one in owner.get("/api/v1/opposition-lists").json()["data"] if one["key"] == "rpo"]
    assert (rpo["numbers"], rpo["listed_on"]) == (1, "2026-11-20")
