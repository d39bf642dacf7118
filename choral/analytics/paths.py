"""How people come to their first order: channels met before it, one after the other; and how channels follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from choral.analytics.reading import Reading
from choral.analytics.values import FirstChannel, PathLink, PathNode, PathRow, Paths, Transition
from choral.core.errors import InvalidInput

_METHOD = 1  # raise it whenever a path would come out differently
_MOST_ROWS = 50
# Two meetings at the same moment are ordered by their place in the log, so that every engine agrees.
_PATHS = """WITH marked AS (
      SELECT customer, kind, channel, happened_at, position,
             min((happened_at, position)) FILTER (kind = 'order') OVER (PARTITION BY customer) AS bought FROM touches),
    before AS (
      SELECT *, lag(channel) OVER (PARTITION BY customer ORDER BY happened_at, position) AS former FROM marked
      WHERE kind NOT IN ('order', 'refund') AND (bought IS NULL OR (happened_at, position) < bought)),
    steps AS (
      SELECT customer, list(channel ORDER BY happened_at, position) AS steps FROM before
      WHERE former IS DISTINCT FROM channel GROUP BY customer),
    ends AS (SELECT customer, 'order:' || arg_min(channel, (happened_at, position)) FILTER (kind = 'order') AS "end",
                    arg_min(channel, (happened_at, position)) AS first FROM touches GROUP BY customer)
    SELECT coalesce(steps, []) [1 : $length] AS steps, coalesce(len(steps), 0) > $length AS longer,
           coalesce("end", 'none') AS "end", first, count(*) AS customers
    FROM ends LEFT JOIN steps USING (customer) GROUP BY ALL"""
_FOLLOWING = """WITH next AS (
      SELECT customer, channel AS source, lead(channel) OVER (PARTITION BY customer ORDER BY happened_at, position)
             AS target FROM touches)
    SELECT source, target, count(*) AS times, count(DISTINCT customer) AS customers FROM next
    WHERE target IS NOT NULL GROUP BY ALL"""


def first_paths(reading: Reading | None, length: int) -> Paths:
    """See `Analytics.first_paths`."""
    if not 1 <= length <= 8:
        raise InvalidInput("wrong_length", "A path can be shown with 1 to 8 steps.", fix="Choose from 1 to 8.")
    if reading is None:
        return Paths(length, 0, (), (), (), (), ())
    return reading.lasting(f"paths {_METHOD} {length}", Paths, lambda: _computed(reading, length))


def _computed(reading: Reading, length: int) -> Paths:
    said = reading.rows(
        _PATHS,
        """SELECT steps, longer, "end", first, sum(customers)::BIGINT AS customers FROM partials
           GROUP BY ALL ORDER BY customers DESC, steps, "end", first""",
        {"length": length},
    )
    whole: Counter[tuple[tuple[str, ...], bool, str]] = Counter()
    met: Counter[str] = Counter()
    ordered: Counter[str] = Counter()
    for row in said:
        whole[tuple(row["steps"]), row["longer"], row["end"]] += row["customers"]
        met[row["first"]] += row["customers"]
        ordered[row["first"]] += row["customers"] if row["end"] != "none" else 0
    customers = sum(whole.values())
    nodes, links = _picture(whole.items(), customers)
    following = reading.rows(
        _FOLLOWING,
        """SELECT source, target, sum(times)::BIGINT AS times, sum(customers)::BIGINT AS customers FROM partials
           GROUP BY ALL ORDER BY times DESC, source, target""",
    )
    return Paths(
        length,
        customers,
        nodes,
        links,
        _rows(whole, customers),
        tuple(FirstChannel(channel, met[channel], ordered[channel]) for channel in _ranked(met)),
        tuple(Transition(**row) for row in following),
    )


def _picture(
    paths: Iterable[tuple[tuple[tuple[str, ...], bool, str], int]], start: int
) -> tuple[tuple[PathNode, ...], tuple[PathLink, ...]]:
    """Nodes are (step, label), so the picture has no circles."""
    nodes: Counter[tuple[int, str]] = Counter()
    links: Counter[tuple[tuple[int, str], tuple[int, str]]] = Counter()
    for (steps, longer, end), customers in paths:
        way = [(index, label) for index, label in enumerate((*steps, "more" if longer else end))]
        for node in way:
            nodes[node] += customers
        for one, other in zip(way, way[1:], strict=False):
            links[one, other] += customers
    return (
        tuple(PathNode(f"{step}:{label}", step, label, nodes[step, label]) for step, label in sorted(nodes)),
        tuple(
            PathLink(f"{one[0]}:{one[1]}", f"{other[0]}:{other[1]}", count, count / start, count / nodes[one])
            for (one, other), count in sorted(links.items(), key=lambda item: (item[0][0][0], -item[1], item[0]))
        ),
    )


def _rows(whole: Counter[tuple[tuple[str, ...], bool, str]], customers: int) -> tuple[PathRow, ...]:
    shown: Counter[tuple[tuple[str, ...], str]] = Counter()
    for (steps, longer, end), count in whole.items():
        shown[(*steps, "more") if longer else steps, end] += count
    ranked = sorted(shown.items(), key=lambda item: (-item[1], item[0]))[:_MOST_ROWS]
    return tuple(PathRow(steps, end, count, count / customers) for (steps, end), count in ranked)


def _ranked(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda key: (-counts[key], key))
