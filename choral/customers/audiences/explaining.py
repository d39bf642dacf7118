"""Counts every node of a tree, and says at every node why one person is in or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyroaring import BitMap

from choral.customers.audiences import sentences, tree
from choral.customers.audiences.compile import Binding, rows_of
from choral.customers.audiences.counting import Counting
from choral.customers.audiences.evaluate import Finding, Hit
from choral.customers.audiences.live.loading import HitsOf
from choral.customers.audiences.matchers import all_of
from choral.customers.audiences.sentences import Telling
from choral.customers.audiences.tree import Condition
from choral.customers.audiences.values import Part, Reason
from choral.customers.audiences.windows import Moment


def parts(
    node: Condition, counting: Counting, moment: Moment, others: Mapping[str, Condition], among: BitMap, how: Telling
) -> tuple[Part, ...]:
    """Every node with how many of `among` it holds by itself, from the top."""
    return tuple(
        Part(path, sentences.clause(one, how, top=True),
             counting.of(one, moment, others).intersection_cardinality(among))
        for path, one in nodes(node, "who")
    )  # fmt: skip


def nodes(node: Condition, path: str) -> Iterator[tuple[str, Condition]]:
    """All nodes with their paths, from the top."""
    yield path, node
    for index, child in enumerate(tree.children(node)):
        yield from nodes(child, f"{path}.of" if isinstance(node, tree.Not) else f"{path}.of[{index}]")


def reasons(found: Finding, how: Telling, depth: int = 0) -> Iterator[Reason]:
    """A finding in words, each node above those it is made of."""
    said = sentences.clause(found.node, how, top=True)
    yield Reason(depth, said, found.holds, found.number, found.value, found.at, found.turns_at)
    for part in found.parts:
        yield from reasons(part, how, depth + 1)


def hits_in(counting: Counting, trees: list[Condition], moment: Moment, currency: str) -> HitsOf:
    """Reads what a tree asks of a few customers from the columns: for trees nobody follows."""

    def read(owner: Mapping[int, int]) -> dict[int, dict[str, list[Hit]]]:
        found: dict[int, dict[str, list[Hit]]] = {}
        for key, matcher in all_of(trees).items():
            bind = Binding(moment, currency)
            rows = rows_of(matcher, bind)
            asked = bind(list(owner))
            said = counting.ask(
                f"SELECT key, happened, position, number FROM ({rows}) WHERE list_contains({asked}, key)",  # noqa: S608
                bind.params,  # noqa: S608
            )
            for row in zip(*(column.to_pylist() for column in said.columns), strict=True):
                found.setdefault(owner[row[0]], {}).setdefault(key, []).append(Hit(*row[1:]))
        return {one: {key: sorted(hits) for key, hits in mine.items()} for one, mine in found.items()}

    return read
