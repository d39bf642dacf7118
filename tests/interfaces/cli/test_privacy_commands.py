"""The command line does for a person's rights what the console does."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from choral.customers.consumer import consume
from choral.home import Home
from choral.shop import open_shop
from tests.interfaces.cli.called import call


@pytest.fixture
def ada(cafe: Home) -> Home:
    said = {"name": "Customer Identified", "ids": ["card:8812", "email:ada@x.fr"], "traits": {"first_name": "Ada"}}
    call("send", given=json.dumps(said).encode())
    with open_shop(cafe.path) as shop:
        while consume(shop.home, shop.log):
            pass
    return cafe


def test_a_person_is_exported_to_a_file_only_its_owner_reads(ada: Home, tmp_path: Path) -> None:
    answer = call("privacy", "export", "ada@x.fr", "-o", str(tmp_path / "ada.zip"), "--json")
    assert answer.code == 0, answer.err
    assert (tmp_path / "ada.zip").stat().st_mode & 0o077 == 0
    assert "Ada" in zipfile.ZipFile(tmp_path / "ada.zip").read("data.json").decode()


def test_a_person_is_erased_after_a_rehearsal(ada: Home) -> None:
    assert call("privacy", "erase", "8812", "--dry-run", "--json").json["places"]["log"] == 1
    waiting = call("privacy", "erase", "8812", "--json").json
    assert call("privacy", "cancel", waiting["id"], "--json").json["state"] == "cancelled"
    done = call("privacy", "erase", "8812", "--now", "--json").json
    assert (done["state"], done["steps"]["log"]) == ("done", 1)
    assert [one["state"] for one in call("privacy", "erasures", "--json").json] == ["done", "cancelled"]
    assert call("customers", "find", "Ada", "--json").json == []
    assert "Nobody is found" in call("privacy", "export", "nobody").err


def test_restrictions_requests_rules_register_and_classes_are_read_and_changed(ada: Home) -> None:
    assert "profiling" in call("privacy", "restrict", "8812", "profiling").out
    assert "nothing" in call("privacy", "restrict", "8812", "profiling", "--lift").out
    made = call("privacy", "requests", "--open", "access", "--who", "8812", "--json").json[0]
    assert call("privacy", "requests", "--close", made["id"], "--json").json[0]["state"] == "answered"
    kept = call(
        "privacy", "retention", "--keep", "refused_events", "30", "--reason", "short", "--dry-run", "--json"
    ).json
    assert next(one for one in kept["rules"] if one["category"] == "refused_events")["days"] == 30
    assert call("privacy", "retention", "--apply", "--json").json["gone"] == 0
    assert "records_record" in call("privacy", "register").out
    assert call("privacy", "classes", "--set", "hobby", "sensitive", "--json").json["hobby"] == "sensitive"
