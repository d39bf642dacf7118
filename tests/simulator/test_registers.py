"""The lists of a whole country: repeatable, in three languages, with errors, without a key, the truth apart."""

import csv
import sys
from pathlib import Path

import pytest

from simulator import registers


def test_lists_are_the_same_for_a_seed_and_about_as_long_as_said() -> None:
    first = list(registers.entries(500, seed=3))
    assert first == list(registers.entries(500, seed=3)) != list(registers.entries(500, seed=4))
    assert 800 < len(first) < 1_100 and {one.person for one in first} == set(range(500))


def test_each_list_writes_in_its_own_way_and_none_carries_a_key() -> None:
    lines = [one.fields for one in registers.entries(1_500, seed=3)]
    by_list = {name: [one for one in lines if one["list"] == name] for name in ("web", "form", "till", "bought")}
    assert all(len(some) > 300 for some in by_list.values())
    assert all(one["last_name"] == one["last_name"].upper() for one in by_list["till"])
    assert not any(one["birthday"] for one in by_list["bought"])
    assert {len(one["birthday"]) for one in by_list["till"]} <= {0, 4}
    assert any("/" in one["birthday"] for one in by_list["form"])
    assert {one["postal_code"][:2] for one in by_list["bought"]} >= {"91", "92", "93"}
    assert set(lines[0]) == set(registers.FIELDS)


def test_the_command_writes_lines_and_their_truth_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists, truth = tmp_path / "l.csv", tmp_path / "t.csv"
    monkeypatch.setattr(sys, "argv", ["registers", str(lists), str(truth), "--people", "50"])
    assert registers.main() == 0
    with lists.open(encoding="utf-8") as one, truth.open(encoding="utf-8") as other:
        assert len(list(csv.DictReader(one))) == len(list(csv.DictReader(other))) > 50
