"""Programs choose where events are passed on to, and say which events are expected, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_program import Program


def test_a_destination_is_made_once_changed_paused_replayed_and_removed(
    program: Callable[[str], Program], owner: Program
) -> None:
    new = {"name": "Tool", "url": "https://tool.example/v1/batch", "events": ["Order Completed"]}
    made = owner.send("POST", "/api/v1/forwarding", new, once="d1")
    one: dict[str, Any] = made.json()
    assert (made.status_code, one["settings"]["identifiers"], one["state"]) == (201, "pseudonymous", "on")
    assert owner.send("POST", "/api/v1/forwarding", new, once="d1").json() == one
    path = f"/api/v1/forwarding/{one['id']}"
    refused = owner.send("POST", "/api/v1/forwarding", new | {"url": "http://tool.example"})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_address")
    plain = owner.send("PUT", path, new | {"identifiers": "plain"})
    assert (plain.status_code, plain.json()["code"]) == (422, "no_purpose")
    changed = owner.send("PUT", path, new | {"identifiers": "plain", "purpose": "advertising"}).json()
    assert changed["settings"]["purpose"] == "advertising"
    assert owner.send("POST", f"{path}/pause", {}).json()["state"] == "paused"
    assert owner.send("POST", f"{path}/resume", {}).json()["state"] == "on"
    assert owner.send("POST", f"{path}/replay", {"since": "2020-01-01T00:00:00Z"}).json()["position"] == 0
    assert owner.get(f"{path}/secret").json()["secret"].startswith("whsec_")
    assert owner.get(f"{path}/dead").json() == {"data": [], "next": None}
    analyst = program("analyst")
    assert analyst.get(path).json()["id"] == one["id"]
    assert analyst.get(f"{path}/secret").status_code == 403
    assert analyst.send("POST", f"{path}/pause", {}).status_code == 403
    assert owner.send("DELETE", path, {}).json()["state"] == "removed"
    assert owner.get(path).status_code == 404


def test_a_plan_is_written_read_exported_and_brought_in(program: Callable[[str], Program], owner: Program) -> None:
    line = {"event": "Tea Poured", "properties": [{"name": "cups", "type": "integer", "required": True}]}
    lines = program("analyst").send("POST", "/api/v1/tracking-plan", {"events": [line]}).json()["data"]
    [one] = [found for found in lines if found["event"] == "Tea Poured"]
    path = f"/api/v1/tracking-plan/{one['id']}"
    assert owner.send("PUT", path, line | {"description": "A cup"}).json()["version"] == 2
    document = owner.get("/api/v1/tracking-plan/document").json()["document"]
    assert owner.send("POST", "/api/v1/tracking-plan/document", {"document": document}).json()["state"] == "expected"
    assert owner.send("POST", "/api/v1/tracking-plan/document", {"document": {}}).json()["code"] == "bad_plan"
    assert owner.send("POST", "/api/v1/tracking-plan/recheck", {"since": "2020-01-01T00:00:00Z"}).status_code == 200
    for part in ("standing", "violations", "coverage", "proposal"):
        assert owner.get(f"/api/v1/tracking-plan/{part}").status_code == 200
    assert program("marketer").send("DELETE", path, {}).status_code == 403
    assert owner.send("DELETE", path, {}).json()["state"] == "forgotten"
    assert owner.get(path).status_code == 404
