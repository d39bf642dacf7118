"""Tokens from the command line."""

from __future__ import annotations

from choral.home import Home
from tests.interfaces.cli.called import call


def test_a_band_is_issued_opens_a_door_on_its_days_and_stays_shut_when_blocked(cafe: Home) -> None:
    assert call("access", "place", "spa", "Spa", "--kind", "area").code == 0
    assert call("access", "place", "sauna", "Sauna", "--within", "spa", "--json").json["within"] == "spa"
    token = call("access", "issue", "wristband", "--number", "W1", "--holder", "card:8812", "--json").json
    assert call("access", "check", "W1", "sauna").code == 7
    made = call("access", "grant", token["id"], "spa", "--entries", "2", "--hours", "00:00-24:00", "--one-at-a-time")
    assert "opens spa" in made.out
    assert call("access", "check", "W1", "sauna", "--json").json["entries_left"] == 1
    assert call("access", "check", "W1", "sauna", "--leaving").code == 0
    assert call("access", "lend", token["id"], "card:7").code == 0
    assert call("access", "check", "W1", "sauna", "--json").json["person"] == "card:7"
    assert call("access", "block", token["id"], "--reason", "lost").code == 0
    shut = call("access", "check", "W1", "sauna", "--json")
    assert (shut.code, shut.json["reason"]) == (7, "blocked")
    assert "used" in call("access", "show", token["id"]).out
    assert [one["allowed"] for one in call("access", "reads", "--json").json["rows"]] == [
        False,
        True,
        True,
        True,
        False,
    ]
    new = call("access", "replace", token["id"], "--json").json
    assert call("access", "return", new["id"], "--json").json["state"] == "returned"
    assert call("access", "grant", new["id"], "spa", "--hours", "noon", "--json").error["code"] == "bad_hours"
    assert {one["state"] for one in call("access", "list", "--json").json["rows"]} == {"replaced", "returned"}
