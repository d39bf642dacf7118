"""Why identifiers are one person: the chain of evidence, what was set aside and why, and what people decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from choral.customers.identity import directions, queries, rules
from choral.customers.identity.book import queries as book
from choral.customers.identity.book.values import Correction
from choral.customers.identity.keys import Node
from choral.customers.identity.kinds import RuleSet
from choral.customers.records import queries as records
from choral.customers.shown import label, labels, shown
from choral.customers.values import Decided, Explanation, Joined, Link

MOST_LINKS = 1_000
_BOTH, _FIRST, _SECOND = 1 << 3, 1 << 1, 1 << 2


def explain(number: int, nodes: Sequence[Node], personal: bool) -> Explanation:
    """Why these identifiers are this person (`number`)."""
    seen = queries.evidence([node.key for node in nodes], MOST_LINKS + 1)
    pairs = seen[:MOST_LINKS]
    around = {node.key: node for node in nodes} | queries.by_keys({key for pair in pairs for key in pair[:2]})
    values = records.of_identifiers([node.text for node in around.values()], personal)
    called = {one.text: label(one) for one in shown(around.values(), values)}
    decided = book.corrections_of([node.text for node in nodes])
    apart = {frozenset((one.one, one.other)) for one in decided if one.kind == "apart"}
    ruled = directions.read_rules()
    links = tuple(_link(pair, around, called, number, ruled, apart) for pair in pairs)
    return Explanation(
        str(number), shown(nodes, values), links, joins(links, around), tell(decided, personal), len(seen) > MOST_LINKS
    )  # fmt: skip


def joined(number: int, nodes: Sequence[Node], personal: bool) -> tuple[Joined, ...]:
    """When persons known before became this one, the newest first."""
    strong = [node for node in nodes if node.tier <= rules.LAST_STRONG]
    if len(strong) < 2:
        return ()
    pairs = queries.evidence([node.key for node in strong], MOST_LINKS, strong=True)
    around = {node.key: node for node in nodes} | queries.by_keys({key for pair in pairs for key in pair[:2]})
    called = labels((node.text for node in around.values()), personal)
    decided = book.corrections_of([node.text for node in strong])
    apart = {frozenset((one.one, one.other)) for one in decided if one.kind == "apart"}
    ruled = directions.read_rules()
    return joins([_link(pair, around, called, number, ruled, apart) for pair in pairs], around)


def tell(decided: Iterable[Correction], personal: bool) -> tuple[Decided, ...]:
    """Corrections with their identifiers as this reader may see them."""
    decided = list(decided)
    called = labels((text for one in decided for text in (one.one, one.other)), personal)
    applied = directions.known([one.id for one in decided])
    return tuple(
        Decided(
            one.id, one.kind, one.one, one.other, called[one.one], called[one.other], one.reason, one.by, one.at,
            applied.get(one.id) is (one.withdrawn_at == 0), one.withdrawn_by, one.withdrawn_at,
        )
        for one in decided
    )  # fmt: skip


def joins(links: Iterable[Link], around: Mapping[int, Node]) -> tuple[Joined, ...]:
    """Walk the evidence that counts in the order of time: where it ties two groups that both were known before."""
    first = {node.text: node.position for node in around.values() if node.tier <= rules.LAST_STRONG}
    group = {text: text for text in first}
    found = []
    for link in sorted(links, key=lambda one: (one.at, one.position)):
        if not link.counts or link.a not in first or link.b not in first:
            continue
        mine, theirs = (_root(group, text) for text in (link.a, link.b))
        if mine == theirs:
            continue
        if max(first[mine], first[theirs]) < link.position:
            found.append(Joined(link.at, link.position, link.source, link.a, link.b, link.one, link.other))
        older, newer = sorted((mine, theirs), key=lambda text: first[text])
        group[newer] = older
    return tuple(reversed(found))


def _root(group: dict[str, str], text: str) -> str:
    while group[text] != text:
        text = group[text]
    return text


def _link(
    pair: queries.Seen, around: Mapping[int, Node], called: Mapping[str, str], number: int, ruled: RuleSet,
    apart: set[frozenset[str]],
) -> Link:  # fmt: skip
    a, b = around[pair.a], around[pair.b]
    proved = _proved(pair.said, a.text, b.text, ruled)
    aside = _aside(a, b, proved, pair.source, number, ruled, apart)
    return Link(
        called[a.text], called[b.text], pair.position, pair.at, pair.source, not aside, a.text, b.text, proved, aside
    )  # fmt: skip


def _aside(
    a: Node, b: Node, proved: bool, source: str, number: int, ruled: RuleSet, apart: set[frozenset[str]]
) -> str:  # fmt: skip
    """Why a pair does not count; '' when it does."""
    states = {a.state, b.state}
    said = (
        ("apart", frozenset((a.text, b.text)) in apart),
        ("blocked", rules.BLOCKED in states),
        ("shared", rules.SHARED in states),
        ("tablet", b.tier == rules.WEAK and source in ruled.tablets),
        ("typed", not proved and bool(a.proven or b.proven)),
        ("several", rules.AMBIGUOUS in states),
        ("elsewhere", a.customer != number or b.customer != number),
    )
    return next((why for why, holds in said if holds), "")


def _proved(said: int, a: str, b: str, ruled: RuleSet) -> bool:
    trusts = [_trusts(text, ruled) for text in (a, b)]
    return bool(
        all(trusts) or said & _BOTH or (trusts[0] and said & _SECOND) or (trusts[1] and said & _FIRST)
    )  # fmt: skip


def _trusts(text: str, ruled: RuleSet) -> bool:
    kind = ruled.kind(text.partition(":")[0])
    return kind is None or kind.trusted
