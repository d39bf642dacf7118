"""Records that share no key: how many true pairs are found and how many found are true, and the time it takes.

    .venv/bin/python -m benchmarks.linking [--records 100000] [--town 10000] [--json]

Two sets whose truth is known: the paper of the simulator's town (a small place, hard: 30 first names and 100 surnames
a language, namesakes in one home) and the registers of a whole country in three languages. Each method's pairs are
closed (whoever is linked to the same is one), then counted in pairs. Beside Splink: what a shop does without it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.report import show
from choral.customers.links import model, people
from choral.customers.links.rules import Costs
from simulator.paper import paper_records
from simulator.plan import Plan
from simulator.registers import entries

Row = Mapping[str, Any]
_PAPER = {"postcode": "postal_code", "birth_date": "birthday"}
_LINES_A_PERSON = 1.9


def main() -> None:
    """Measure both sets."""
    options = _options()
    sets: list[tuple[str, Iterable[tuple[str, Mapping[str, str]]]]] = []
    if options.town:
        sets.append((f"paper of a town of {options.town:,}", _paper(options.town)))
    if options.records:
        sets.append((f"registers, {options.records:,} records", _registers(options.records)))
    for title, lines in sets:
        truth, rows, spelling = _prepared(lines)
        table = list(_measured(truth, rows, options.threads))
        notes = [
            f"{len(rows):,} records of {len(set(truth)):,} people; spelling them one way took {spelling:.1f} s,"
            f" a part of no method; the largest true group has {max(Counter(truth).values())} records",
            f"“threshold” is {Costs().threshold:.3f}: a wrong merge costs 20 times a missed one",
        ]
        show(f"Linking, {title}", table, as_json=options.json, notes=notes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=100_000, help="of the registers; 0 leaves them out")
    parser.add_argument("--town", type=int, default=10_000, help="people of the town; 0 leaves it out")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _paper(size: int) -> Iterator[tuple[str, Mapping[str, str]]]:
    for record in paper_records(Plan(people=size, seed=7)):
        yield record.person_id, {_PAPER.get(name, name): value for name, value in record.fields.items()}


def _registers(records: int) -> Iterator[tuple[str, Mapping[str, str]]]:
    for number, entry in enumerate(entries(int(records / _LINES_A_PERSON) + 1)):
        if number == records:
            return
        yield str(entry.person), entry.fields


def _prepared(lines: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[list[str], list[Row], float]:
    whole = list(lines)
    begun = time.perf_counter()
    rows = [people.spelled(str(number), fields) for number, (_, fields) in enumerate(whole)]
    return [person for person, _ in whole], rows, time.perf_counter() - begun


def _measured(truth: Sequence[str], rows: Sequence[Row], threads: int | None) -> Iterator[dict[str, object]]:
    baselines: dict[str, tuple[Callable[[Row], tuple[Any, ...]], ...]] = {
        "baseline: same name and birthday": (_of("first", "last", "birth"),),
        "baseline: same name and birthday or postcode": (
            _of("first", "last", "birth"), _of("first", "last", "postcode"),
        ),
        "baseline: same e-mail or telephone": (_of("email"), _of("phone")),
        "baseline: all of these": (_of("first", "last", "birth"), _of("first", "last", "postcode"), _of("email"),
                                   _of("phone")),
    }  # fmt: skip
    for name, keys in baselines.items():
        begun = time.perf_counter()
        found = list(_equal(rows, keys))
        yield _judged(name, truth, found, time.perf_counter() - begun)
    begun = time.perf_counter()
    pairs = model.pairs(people.table(rows), threads=threads)
    seconds = time.perf_counter() - begun
    for name, least in (("Splink, p ≥ 0.5", 0.5), ("Splink, threshold", Costs().threshold), ("Splink, p ≥ 0.99", 0.99)):
        chosen = [(int(one.one), int(one.other)) for one in pairs if one.probability >= least]
        yield _judged(name, truth, chosen, seconds)


def _of(*columns: str) -> Callable[[Row], tuple[Any, ...]]:
    return lambda row: tuple(row[column] for column in columns)


def _equal(rows: Sequence[Row], keys: Sequence[Callable[[Row], tuple[Any, ...]]]) -> Iterator[tuple[int, int]]:
    for key in keys:
        groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            if None not in (found := key(row)):
                groups[found].append(number)
        for members in groups.values():
            yield from pairwise(members)


def _judged(name: str, truth: Sequence[str], found: Sequence[tuple[int, int]], seconds: float) -> dict[str, object]:
    """Pairwise precision and recall of the closed links."""
    size = len(truth)
    ones, others = ([pair[side] for pair in found] for side in (0, 1))
    graph = coo_array((np.ones(len(found), dtype=np.int8), (ones, others)), shape=(size, size))
    _, group = connected_components(graph, directed=False)
    groups = Counter(group.tolist())
    both = _in_pairs(Counter(zip(group.tolist(), truth, strict=True)).values())
    precision = both / max(1, _in_pairs(groups.values()))
    recall = both / max(1, _in_pairs(Counter(truth).values()))
    score = 2 * precision * recall / max(1e-9, precision + recall)
    return {
        "method": name, "precision": round(precision, 4), "recall": round(recall, 4), "F1": round(score, 4),
        "largest group": max(groups.values()), "seconds": round(seconds, 1),
    }  # fmt: skip


def _in_pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


if __name__ == "__main__":
    main()
