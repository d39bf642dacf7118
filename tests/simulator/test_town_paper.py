"""Paper records: repeatable, with errors and gaps, without a key, and with their truth apart."""

import csv
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.paper import FIELDS, write_paper
from simulator.plan import Plan
from simulator.town.mistakes import mistyped
from simulator.town.town import build_town

PLAN = Plan(people=400, seed=2)


def test_records_are_wrong_in_places_and_carry_no_key(tmp_path: Path) -> None:
    count = write_paper(PLAN, tmp_path / "p.csv", tmp_path / "t.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    with (tmp_path / "t.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    assert len(records) == len(truth) == count > 100
    assert [int(one["line"]) for one in truth] == list(range(1, count + 1))
    assert tuple(records[0]) == FIELDS
    town = build_town(PLAN)
    people = [int(one["person_id"][1:]) for one in truth]
    right = sum(a["last_name"].lower() == town.people.last[p].lower() for a, p in zip(records, people, strict=True))
    assert 0.75 < right / count < 0.95
    assert 0.4 < sum(not one["email"] for one in records) / count < 0.65
    assert not any(value.startswith(("2950", "u-")) for one in records for value in one.values())


def test_the_same_seed_writes_the_same_paper(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_paper(PLAN, tmp_path / f"{name}.csv", tmp_path / f"{name}-truth.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@given(value=st.text("abcdefgh12345 .@", min_size=1), seed=st.integers(0, 500))
def test_a_typing_error_changes_a_value_by_about_one_letter(value: str, seed: int) -> None:
    wrong = mistyped(value, np.random.default_rng(seed))
    assert abs(len(wrong) - len(value)) <= 1
    assert (wrong != value) == any(letter.isalnum() for letter in value)
