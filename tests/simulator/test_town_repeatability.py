"""The same plan gives the same bytes: events and truth; another seed gives another town."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.command import main
from simulator.plan import Faults, Plan
from simulator.stream.town_stream import TownStream
from simulator.truth.book import Book

SMALL = ["--people", "120", "--days", "4", "--seed", "5"]


def texts(plan: Plan) -> list[str]:
    return [text for part in TownStream(plan, Book(None)).days() for text in part.text]


def played(folder: Path, name: str, *more: str) -> dict[str, bytes]:
    file, truth = folder / f"{name}.jsonl", folder / name
    assert main([*SMALL, "--dry-run", str(file), "--truth", str(truth), *more]) == 0
    return {"events": file.read_bytes()} | {path.name: path.read_bytes() for path in truth.iterdir()}


def test_the_same_plan_gives_the_same_bytes_at_any_speed(tmp_path: Path) -> None:
    assert played(tmp_path, "a") == played(tmp_path, "b", "--speed", "50000000")


def test_keeping_no_truth_does_not_change_the_events(tmp_path: Path) -> None:
    with_truth = played(tmp_path, "a")["events"]
    assert main([*SMALL, "--dry-run", str(tmp_path / "c.jsonl")]) == 0
    assert (tmp_path / "c.jsonl").read_bytes() == with_truth


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**31), people=st.integers(1, 40), late=st.floats(0, 1), private=st.floats(0, 1))
def test_any_plan_can_be_lived_and_repeated(seed: int, people: int, late: float, private: float) -> None:
    plan = Plan(people=people, days=2, seed=seed, faults=Faults(late=late, private=private))
    once = texts(plan)
    assert once == texts(plan)
    assert not set(once) & set(texts(replace(plan, seed=seed + 1)))
