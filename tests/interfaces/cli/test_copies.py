"""A copy of a shop made while it runs is whole, and a shop made from it goes on as the first one would have."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from choral.books import SYSTEM, act
from choral.home import Home
from choral.shop import open_shop
from choral.team import create_key
from tests.interfaces.cli.called import call
from tests.interfaces.worker.worked import settle, working

PERSON = {"name": "Customer Identified", "channel": "web"}


def test_a_backup_taken_under_load_holds_everything_that_was_there_and_nothing_half(cafe: Home, tmp_path: Path) -> None:
    stop = threading.Event()
    with working(cafe), open_shop("cafe") as shop:
        source = shop.events.create_source("Web", "web")
        sent = 0

        def write() -> None:
            nonlocal sent
            while not stop.is_set():
                events = [
                    {
                        **PERSON,
                        "id": f"{sent + i}",
                        "ids": [f"card:c{sent + i}"],
                        "traits": {"email": f"c{sent + i}@x.fr"},
                    }
                    for i in range(20)
                ]
                shop.events.accept(source, events)
                act(create_key, SYSTEM, "load", "analyst")
                sent += 20

        writer = threading.Thread(target=write)
        writer.start()
        try:
            while sent < 200:
                stop.wait(0.01)
            before = sent
            copy = call("backup", str(tmp_path / "copy"), "--home", str(cafe.path), "--json").json
            after = sent + 20
        finally:
            stop.set()
            writer.join()
    assert before <= copy["events"] <= after
    assert call("restore", str(tmp_path / "copy"), "second", "--json").json["events"] == copy["events"]
    second = Home.at("second")
    assert second.secret == cafe.secret
    with working(second) as worker:
        end = settle(second, worker)
    assert (end.consumer, end.lake) == (end.head, end.head)
    with open_shop("second") as restored:
        assert restored.customers.count() == copy["events"]
        assert restored.customers.search("c0@x.fr", personal=True)
        assert restored.analytics.as_of().events == copy["events"]


def test_a_restored_shop_has_its_people_and_keys(cafe: Home, tmp_path: Path) -> None:
    call("members", "add", "ada@x.example", "--role", "owner")
    call("keys", "create", "Web")
    assert "Copied 0 events" in call("backup", str(tmp_path / "copy")).out
    assert "choral run --home second" in call("restore", str(tmp_path / "copy"), "second").out
    assert call("members", "list", "--home", "second", "--json").json == call(
        "members", "list", "--home", "cafe", "--json"
    ).json  # fmt: skip
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0


def test_nothing_that_exists_is_written_over(cafe: Home, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert call("backup", str(tmp_path / "there")).code == 5
    call("backup", str(tmp_path / "copy"))
    assert call("restore", str(tmp_path / "copy"), "cafe", "--json").error["code"] == "folder_exists"
    assert call("restore", str(tmp_path / "there"), "second", "--json").error["code"] == "no_backup"


def test_a_damaged_backup_is_refused_and_leaves_nothing(cafe: Home, homes: Path, tmp_path: Path) -> None:
    call("backup", str(tmp_path / "copy"))
    file = tmp_path / "copy" / "books.db"
    content = bytearray(file.read_bytes())
    content[4096:20_000] = b"\xa5" * (20_000 - 4096)
    file.write_bytes(content)
    answer = call("restore", str(tmp_path / "copy"), "second", "--json")
    assert (answer.code, answer.error["code"]) == (4, "broken_backup")
    assert [home.name for home in homes.iterdir()] == ["cafe"]


def test_a_shop_whose_engines_are_elsewhere_says_how_it_is_copied(
    cafe: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHORAL_LOG_URL", "postgresql://nowhere/log")
    answer = call("backup", str(tmp_path / "copy"), "--json")
    assert (answer.code, answer.error["code"]) == (7, "engines_elsewhere")
    assert "pg_dump" in answer.error["fix"]
