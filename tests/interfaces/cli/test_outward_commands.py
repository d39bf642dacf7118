"""Forwarding and the tracking plan from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from choral.home import Home
from tests.interfaces.cli.called import call


def test_a_destination_is_added_paused_replayed_and_removed(cafe: Home) -> None:
    made = call("forwarding", "add", "Tool", "https://127.0.0.1/hook", "--event", "Order Completed", "--json").json
    assert (made["settings"]["events"], made["state"]) == (["Order Completed"], "on")
    one = made["id"]
    assert call("forwarding", "add", "Tool", "http://tool.example", "--json").error["code"] == "bad_address"
    assert "whsec_" in call("forwarding", "show", one).out
    before = call("forwarding", "show", one, "--json").json["secret"]
    assert call("forwarding", "renew-secret", one).code == 0
    assert call("forwarding", "show", one, "--json").json["secret"] != before
    assert call("forwarding", "pause", one).code == 0
    assert [row["state"] for row in call("forwarding", "list", "--json").json] == ["paused"]
    assert call("forwarding", "resume", one).code == 0
    assert call("forwarding", "replay", one, "2020-01-01", "--json").json["position"] == 0
    assert call("forwarding", "test", one, "--json").json["good"] is False
    assert call("forwarding", "dead", one).out.strip() == "It took everything."
    assert call("forwarding", "remove", one).code == 0
    assert call("forwarding", "show", one).code == 3


def test_a_plan_is_proposed_accepted_exported_and_brought_in(cafe: Home, tmp_path: Path) -> None:
    assert "Nothing is expected" in call("plan", "list").out
    call("plan", "propose", "--days", "90", "--accept")
    document = {"rules": {"events": [{"name": "Tea Poured", "rules": {"properties": {"properties": {
        "required": ["cups"], "properties": {"cups": {"type": "integer"}}}}}}]}}  # fmt: skip
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document))
    assert call("plan", "import", str(file), "--json").json == {"events": 1}
    found = {one["event"]: one for one in call("plan", "list", "--json").json}
    assert found["Tea Poured"]["properties"][0]["required"] is True
    names = [one["name"] for one in json.loads(call("plan", "export").out)["rules"]["events"]]
    assert "Tea Poured" in names
    assert call("plan", "recheck", "2020-01-01").code == 0
    assert call("plan", "status", "--json").json["planned"] == len(names)
    assert call("plan", "violations", "--json").json == []
    assert call("plan", "forget", found["Tea Poured"]["id"]).code == 0
    assert call("plan", "forget", found["Tea Poured"]["id"]).code == 3
