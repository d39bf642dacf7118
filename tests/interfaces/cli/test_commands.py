"""Each command does what it says, for people and for programs, and says what is wrong when it cannot."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from choral.customers.consumer import consume
from choral.home import Home
from choral.shop import open_shop
from tests.interfaces.cli.called import call, run

LINES = b"""
{"id":"1","name":"Order Completed","ids":["card:8812"],"channel":"store","properties":{"order_id":"A1","revenue":12.5}}
{"id":"2","name":"Product Viewed","ids":["card:8812","anonymous:x"],"properties":{"product_id":"7"}}
{"id":"3","name":"Order Completed","ids":["card:9"],"properties":{"order_id":"A2","revenue":"cheap","currency":"EUR"}}
not json
""".replace(b"12.5", b'12.5,"currency":"EUR"')


@pytest.fixture
def lively(cafe: Home) -> str:
    """The only customer's id in a shop that has taken in three events."""
    assert call("send", given=LINES).code == 4
    shop = open_shop("cafe")
    consume(shop.home, shop.log)
    found = shop.customers.list().rows
    shop.close()
    return found[0].id


def test_init_makes_a_shop_once_with_its_owner(homes: Path) -> None:
    made = call("init", "bistro", "--name", "Bistro", "--currency", "chf", "--owner", "ada@x.example", "--json").json
    home = Home.at("bistro")
    assert (home.name, home.currency, made["home"]) == ("Bistro", "CHF", str(homes / "bistro"))
    assert made["sign_in_path"].startswith("/sign-in/link/")
    assert call("members", "list", "--json").json[0]["role"] == "owner"
    again = call("init", "bistro")
    assert (again.code, "already" in again.err) == (5, True)
    assert "choral members add" in call("init", "second").out


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [("--currency", "XXQ", "unknown_currency"), ("--time-zone", "Mars/Base", "no_such_time_zone"),
     ("--region", "France", "no_such_region")],
)  # fmt: skip
def test_init_refuses_what_makes_no_sense_and_makes_nothing(homes: Path, option: str, value: str, code: str) -> None:
    answer = call("init", "bistro", option, value, "--json")
    assert (answer.code, answer.error["code"]) == (4, code)
    assert not list(homes.iterdir())


def test_a_shop_that_is_not_there_is_an_error_that_says_what_to_do() -> None:
    answer = call("status")
    assert answer.code == 3
    assert "Error: There is no shop at" in answer.err and "choral init" in answer.err and "Traceback" not in answer.err
    assert call("status", "--json").error["code"] == "no_such_home"


def test_with_several_shops_one_must_be_named(cafe: Home) -> None:
    call("init", "bistro")
    assert call("status", "--json").error["code"] == "which_home"
    assert call("status", "--home", "cafe").code == 0
    assert run("status", CHORAL_HOME="bistro").code == 0


def test_status_tells_queues_worker_and_figures(lively: str) -> None:
    told = call("status", "--json").json
    assert (told["log"]["head"], told["consumer"]["waiting"], told["customers"]) == (2, 0, 1)
    assert (told["log"]["refused"], told["worker"], told["worker_alive"]) == (2, None, False)
    assert "has never run" in call("status").out


def test_sending_gives_each_line_its_verdict_and_twice_counts_once(cafe: Home) -> None:
    first = call("send", "--json", given=LINES)
    assert first.code == 4
    assert first.json["accepted"] == 2
    assert [(one["line"], one["code"]) for one in first.json["refused"]][0] == (3, "wrong_type")
    assert len(first.json["refused"]) == 2
    good = b"\n".join(LINES.split(b"\n")[:3])
    again = call("send", given=good)
    assert (again.code, "0 refused" in again.out) == (0, True)


def test_sending_needs_a_source_that_exists(cafe: Home) -> None:
    assert call("send", "--source", "Till", given=LINES).code == 3
    call("sources", "create", "Till", "--channel", "store")
    assert call("send", "--source", "Till", given=LINES.split(b"\n")[1]).code == 0
    call("sources", "create", "Till")
    assert call("send", "--source", "Till", "--json", given=LINES).error["code"] == "several_sources"


def test_sources_are_made_listed_and_disabled(cafe: Home) -> None:
    made = call("sources", "create", "Web", "--json").json
    assert made["write_key"] in call("sources", "list").out
    assert call("sources", "disable", made["id"], "--json").json["enabled"] is False
    assert "enabled" in call("sources", "enable", made["id"]).out
    assert call("sources", "disable", "nope").code == 3
    assert call("sources", "create", " ").code == 4


def test_refused_events_are_listed_corrected_and_discarded(lively: str) -> None:
    rows = call("rejected", "list", "--json").json
    assert len(rows) == 2
    wrong = next(row for row in rows if "cheap" in row["event"])
    assert call("rejected", "rerun", str(wrong["id"])).code == 4
    corrected = json.dumps(
        json.loads(wrong["event"]) | {"properties": {"order_id": "A2", "revenue": 3, "currency": "EUR"}}
    )
    assert "Accepted" in call("rejected", "rerun", str(wrong["id"]), "--event", corrected).out
    other = next(row for row in rows if row["id"] != wrong["id"])
    assert call("rejected", "discard", str(other["id"]), "--json").json["state"] == "discarded"
    assert call("rejected", "list").out.strip() == "None."
    assert call("rejected", "discard", "99").code == 3


def test_customers_are_listed_found_shown_and_explained(lively: str) -> None:
    assert lively in call("customers", "list").out
    assert call("customers", "list", "--json").json["rows"][0]["id"] == lively
    assert lively in call("customers", "find", "8812").out
    assert call("customers", "find", "nobody-at-all").out.strip() == "Nobody."
    shown = call("customers", "show", lively).out
    assert "12.50" in shown and "card 8812" in shown and "Order Completed" in shown
    assert call("customers", "show", lively, "--json").json["customer"]["revenue"] == 1250
    assert "anonymous" in call("customers", "explain", lively).out
    assert call("customers", "explain", lively, "--json").json["customer"] == lively
    assert call("customers", "show", "1").code == 3


def test_the_team_is_kept_at_the_command_line(cafe: Home) -> None:
    assert "Nobody yet" in call("members", "list").out
    added = call("members", "add", "ada@x.example", "--role", "owner", "--json").json
    assert "/sign-in/link/" in added["link"]
    assert call("members", "add", "ADA@x.example").code == 5
    assert "/sign-in/link/" in call("members", "link", "ada@x.example").out
    assert call("members", "link", "nobody@x.example").code == 3
    assert call("members", "role", "ada@x.example", "agent", "--json").error["code"] == "last_owner"
    call("members", "add", "bea@x.example", "--role", "owner")
    assert call("members", "role", "ada@x.example", "agent").code == 0
    assert call("members", "deactivate", "ada@x.example").code == 0
    assert [one["active"] for one in call("members", "list", "--json").json] == [True, False]


def test_keys_are_made_seen_once_and_revoked(cafe: Home) -> None:
    made = call("keys", "create", "Web shop", "--role", "analyst", "--json").json
    assert made["secret"] not in call("keys", "list").out + call("keys", "list", "--json").out
    assert call("keys", "revoke", str(made["id"])).code == 0
    assert call("keys", "list", "--json").json[0]["revoked_at"]
    assert call("keys", "revoke", "99").code == 3
    assert "sk_" in call("keys", "create", "Other").out


def test_exports_hold_every_row_and_no_formula(lively: str, tmp_path: Path) -> None:
    call("send", given=b'{"id":"9","name":"=cmd|calc","ids":["card:8812"],"channel":"web"}')
    answer = call("export", "events")
    assert answer.code == 0
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [row["name"] for row in rows] == ["Order Completed", "Product Viewed", "'=cmd|calc"]
    assert (rows[0]["amount"], rows[0]["ids"]) == ("12.50", "card:8812")
    lines = call("export", "events", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["1", "2", "9"]
    told = call("export", "customers", "--to", str(tmp_path / "c.csv"), "--json").json
    assert told["rows"] == 1 and lively in (tmp_path / "c.csv").read_text()


def test_rebuilding_gives_the_same_customers(lively: str) -> None:
    before = call("customers", "show", lively, "--json").json
    assert call("rebuild", "--json").json == {"events": 2, "customers": 1}
    assert call("customers", "show", lively, "--json").json == before


def test_what_breaks_inside_is_said_in_words_never_as_a_traceback(cafe: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("choral.team.members", broken)
    answer = call("members", "list")
    assert (answer.code, "Traceback" in answer.err, "CHORAL_DEBUG=1" in answer.err) == (1, False, True)
    assert call("members", "list", "--json").error["code"] == "internal_error"


def test_what_others_wrote_cannot_steer_the_terminal(cafe: Home) -> None:
    call("sources", "create", "evil\x1b[2J")
    assert "\x1b" not in call("sources", "list").out
