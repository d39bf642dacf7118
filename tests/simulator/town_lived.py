"""A small town that tests live through: what it sent, and its truth on disk."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.plan import Faults, Plan
from simulator.stream.town_stream import Counts, TownStream
from simulator.truth.book import Book

PLAN = Plan(people=500, days=12, seed=11, faults=Faults(late=0.2, duplicate=0.05, skew=0.1, typing=0.3, bots=0.1))


@dataclass(frozen=True)
class Lived:
    """A run: its events as sent (copies included) and the folder of its truth."""

    plan: Plan
    sent: list[dict[str, Any]]
    folder: Path
    counts: Counts

    def truth(self, subject: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / f"{subject}.jsonl").read_text("utf-8").splitlines()]


def live(plan: Plan, folder: Path) -> Lived:
    book = Book(folder)
    stream = TownStream(plan, book)
    sent = [json.loads(text) for part in stream.days() for text in part.text]
    book.close()
    return Lived(plan, sent, folder, stream.counts)
