"""Audiences over HTTP: made, counted, explained, exported."""

from __future__ import annotations

from api_program import Program

TWICE = {"who": {"is": "event", "event": "Order Completed", "test": {"how": "at_least", "values": [2]}}}
ONCE = {"who": {"is": "event", "event": "Order Completed"}}


def test_an_audience_is_made_changed_put_away_and_taken_out_again(owner: Program) -> None:
    made = owner.send("POST", "/api/v1/audiences", {"name": "Bought", "definition": ONCE}, once="make").json()
    assert made["row"]["key"] == "bought" and made["row"]["sentence"] == "Customers who bought."
    again = owner.send("POST", "/api/v1/audiences", {"name": "Bought", "definition": ONCE}, once="make")
    assert again.json() == made and len(owner.get("/api/v1/audiences").json()["data"]) == 1
    changed = owner.send("PUT", "/api/v1/audiences/bought", {"name": "Twice", "definition": TWICE, "expected": 1})
    assert [one["version"] for one in changed.json()["versions"]] == [2, 1]
    late = owner.send("PUT", "/api/v1/audiences/bought", {"name": "Twice", "definition": ONCE, "expected": 1})
    assert (late.status_code, late.json()["code"]) == (409, "audience_changed")
    owner.send("DELETE", "/api/v1/audiences/bought", b"")
    assert owner.get("/api/v1/audiences").json()["data"] == []
    assert owner.send("POST", "/api/v1/audiences/bought/restore", b"").json()["row"]["archived"] is False


def test_a_bad_condition_is_refused_with_its_place(owner: Program) -> None:
    bad = {"who": {"is": "all", "of": [{"is": "event", "event": "X", "test": {"how": "maybe"}}]}}
    answer = owner.send("POST", "/api/v1/audiences/preview", {"definition": bad})
    assert (answer.status_code, answer.json()["details"]["path"]) == (422, "who.of[0].test.how")


def test_count_members_and_the_reason_of_each_come_over_http(owner: Program, a_sold_basket: dict[str, str]) -> None:
    from choral.events.lake import writer
    from choral.shop import current_shop

    shop = current_shop()
    writer.flush(shop.home.lake, shop.log, shop.customers.status().position, lambda *_: ())
    customer = a_sold_basket["customer_id"]
    said = owner.send("POST", "/api/v1/audiences/preview", {"definition": ONCE}).json()
    assert said["people"] == 1 and said["sample"][0]["id"] == customer
    owner.send("POST", "/api/v1/audiences", {"name": "Bought", "definition": ONCE})
    page = owner.get("/api/v1/audiences/bought/members").json()
    assert [one["customer"]["id"] for one in page["data"]] == [customer]
    why = owner.get("/api/v1/audiences/bought/why", customer=customer, language="fr").json()
    assert why["holds"] and why["reasons"][0]["sentence"] == "ont acheté"
    listed = owner.get("/api/v1/audiences/bought/members.csv")
    lines = b"".join(listed.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2 and lines[1].startswith(customer)
