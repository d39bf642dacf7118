"""Suggestions of links over HTTP: asked for, looked at, decided, opened again."""

from __future__ import annotations

from collections.abc import Callable

from api_program import Program

from choral import Shop
from choral.books import SYSTEM, act
from choral.customers.consumer import consume
from choral.customers.links.actions import note_found


def test_a_program_has_records_compared_and_decides_what_was_found(
    program: Callable[[str], Program], owner: Program, shop: Shop
) -> None:
    source = owner.send("POST", "/api/v1/sources", {"name": "Paper", "channel": "form"}).json()["id"]
    events = [
        {"name": "Customer Identified", "ids": [f"user:{user}"], "traits": {"last_name": "Rossi", "first_name": "Ada"}}
        for user in ("p1", "p2")
    ]
    assert owner.send("POST", "/api/v1/events", {"source": source, "events": events}).json()["accepted"] == 2
    while consume(shop.home, shop.log):
        pass
    run = owner.send("POST", "/api/v1/links/runs", {}, once="run").json()
    assert run["state"] == "asked" and run["asked_at"].endswith("Z")
    act(note_found, SYSTEM, run["id"], 2, [("user:p1", "user:p2", 0.97, [("first", "same"), ("last", "same")])])
    assert owner.get(f"/api/v1/links/runs/{run['id']}").json()["found"] == 1
    (one,) = owner.get("/api/v1/links/suggestions").json()["data"]
    assert [each["words"] for each in one["evidence"]] == ["same first name", "same surname"]
    assert one["one"]["name"] == "Ada Rossi"
    analyst = program("analyst")
    assert b"Rossi" not in analyst.get("/api/v1/links/suggestions").content
    path = f"/api/v1/links/suggestions/{one['id']}"
    assert analyst.send("POST", f"{path}/acceptance", {}).status_code == 403
    assert owner.send("POST", f"{path}/delay", {}).json()["state"] == "later"
    assert owner.send("POST", f"{path}/acceptance", {}).json()["state"] == "accepted"
    assert owner.send("POST", f"{path}/refusal", {}).json()["code"] == "decided_already"
    assert owner.send("DELETE", f"{path}/decision").json()["state"] == "open"
    assert owner.send("POST", "/api/v1/links/acceptances", {"least": 0.5}).json()["code"] == "below_threshold"
    costs = owner.send("PUT", "/api/v1/links/costs", {"wrong": 9, "missed": 1}).json()
    assert (costs["threshold"], costs["above"]) == (0.9, 1)
    assert owner.send("POST", "/api/v1/links/acceptances", {"least": 0.9}).json()["id"] == "1"
    assert owner.get(path).json()["state"] == "accepted"
