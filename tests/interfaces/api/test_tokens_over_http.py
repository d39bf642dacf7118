"""Doors, tills and the shop's own programs use tokens over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_program import Program


def test_a_reader_at_a_door_asks_with_a_key_that_can_do_nothing_else(
    program: Callable[[str], Program], owner: Program
) -> None:
    place = owner.send("PUT", "/api/v1/access/places/pool", {"name": "Pool", "kind": "door", "store": "s1"})
    assert place.json() == {"code": "pool", "name": "Pool", "kind": "door", "within": "", "store": "s1"}
    made = owner.send("POST", "/api/v1/access/tokens", {"kind": "wristband", "holder": "email:ada@shop.eu"}, once="t")
    token: dict[str, Any] = made.json()
    assert made.status_code == 201 and token["holder"].startswith("email:#")
    path = f"/api/v1/access/tokens/{token['id']}"
    whole = owner.send("POST", f"{path}/grants", {"place": "pool", "entries": 1, "ends_at": "2999-01-01T00:00:00Z"})
    assert whole.json()["grants"][0]["rights"]["entries"] == 1

    reader = program("reader")
    reading = {"token": token["value"], "place": "pool", "reader": "d1", "read_id": "1"}
    first = reader.send("POST", "/api/v1/access/check", reading).json()
    assert (first["allowed"], first["entries_left"], first["repeated"]) == (True, 0, False)
    assert reader.send("POST", "/api/v1/access/check", reading).json() == first | {"repeated": True}
    second = reader.send("POST", "/api/v1/access/check", reading | {"read_id": "2"}).json()
    assert (second["allowed"], second["reason"]) == (False, "no_entries_left")
    assert reader.get("/api/v1/access/tokens").status_code == 403
    assert reader.get("/api/v1/customers").status_code == 403
    assert program("analyst").send("POST", "/api/v1/access/check", reading).status_code == 403
    lines = owner.get("/api/v1/access/reads", refused="true").json()["data"]
    assert [one["reason"] for one in lines] == ["no_entries_left"]


def test_a_token_is_lent_blocked_replaced_and_taken_back_over_http(owner: Program) -> None:
    token = owner.send("POST", "/api/v1/access/tokens", {"kind": "card", "value": "C9", "holder": "card:1"}).json()
    path = f"/api/v1/access/tokens/{token['id']}"
    lent = owner.send("PUT", f"{path}/loan", {"borrower": "card:2"}).json()["loans"][0]
    assert lent["borrower"] == "card:2" and not lent["may_pay"] and lent["ends_at"].endswith("Z")
    assert owner.send("DELETE", f"{path}/loan").json()["state"] == "ended"
    assert owner.send("PUT", f"{path}/block", {"reason": "stolen"}).json()["state"] == "blocked"
    assert owner.send("DELETE", f"{path}/block").json()["state"] == "issued"
    new = owner.send("POST", f"{path}/replacement", {"value": "C10"}).json()
    assert (new["value"], owner.get(path).json()["token"]["state"]) == ("C10", "replaced")
    assert owner.send("DELETE", f"/api/v1/access/tokens/{new['id']}").json()["state"] == "returned"
    taken = owner.send("POST", "/api/v1/access/tokens", {"kind": "card", "value": "C9"})
    assert (taken.status_code, taken.json()["code"]) == (409, "token_in_use")
