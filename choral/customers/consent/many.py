"""Decisions about many at once, and what besides consent stands in the way: hours and opposition lists."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from choral.customers.consent import queries, registers
from choral.customers.consent.rules import (
    ADDRESS_KINDS,
    GRANTED,
    MESSAGE,
    Line,
    Stand,
    Terms,
    decide,
    is_account,
    stand,
)
from choral.customers.consent.values import Checked, ConsentDecision, ConsentReason, ListState
from choral.customers.identity import queries as identity
from choral.customers.identity.keys import Node

_ALL = 1 << 40  # a person's evidence is bounded where it is kept


@dataclass(frozen=True)
class Circumstances:
    """When the channel opens next (µs UTC; None never) seen from `at`, and the lists that must be asked before."""

    opens: int | None = 0
    at: int = 0
    lists: tuple[ListState, ...] = ()


@contextmanager
def no_garbage() -> Iterator[None]:
    """A large call makes a million small values and no cycles: looking for some would cost a third of its time."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def addresses_of(channel: str, identifiers: Iterable[str]) -> list[str]:
    """Those identifiers that a channel's messages go to."""
    kind = ADDRESS_KINDS.get(channel, "")
    return [one for one in identifiers if one.partition(":")[0] == kind]


def with_rules(decision: ConsentDecision, stands: Mapping[str, Stand], around: Circumstances) -> ConsentDecision:
    """A decision with the opposition lists and the hours added to it; they only ever take away."""
    if not decision.allowed:
        return decision
    listed, reasons = _listed(decision.addresses, stands, around)
    kept = tuple(one for one in decision.addresses if one not in listed)
    if reasons and (not kept or not listed):
        return replace(decision, allowed=False, reasons=reasons, addresses=())
    decision = replace(decision, addresses=kept)
    if around.opens != around.at:
        reason = ConsentReason("quiet_hours", "The country's rules close this channel at this hour.")
        return replace(decision, allowed=False, reasons=(reason,), not_before_at=around.opens)
    return decision


def first_together(nodes: Sequence[Node], said: Mapping[str, Sequence[Line]]) -> dict[tuple[str, str], int]:
    """Since when the accounts that agreed to something were seen with each other identifier of these nodes."""
    accounts = {one for one, lines in said.items() if is_account(one) and any(line.state == GRANTED for line in lines)}
    text = {node.key: node.text for node in nodes}
    keys = [key for key, one in text.items() if one in accounts]
    found: dict[tuple[str, str], int] = {}
    for pair in identity.evidence(keys, _ALL) if keys else ():
        a, b = text.get(pair.a), text.get(pair.b)
        for one, other in ((a, b), (b, a)):
            if one in accounts and one is not None and other is not None:
                found[one, other] = min(pair.at, found.get((one, other), pair.at))
    return found


def check(
    terms: Terms, customers: Iterable[str], nodes: Sequence[Node], at: int, around: Circumstances, *,
    with_address: bool,
) -> Checked:  # fmt: skip
    """Decide about each customer; `nodes` are the identifiers of all. One read of the ledger for all."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for node in nodes:
        members[str(node.customer)].append(node.text)
    said = queries.lines((node.text for node in nodes), terms.purpose, terms.channel)
    together = first_together(nodes, said) if terms.kind == MESSAGE else {}
    closed = "quiet_hours" if around.opens != around.at else ""
    stale = next((code for one in around.lists if (code := _stale(one))), "")
    opposed = _opposed(members, around) if around.lists and not stale else {}
    allowed: list[str] = []
    left_out: dict[str, str] = {}
    silent = decide(terms, {}, ())  # what holds for everybody who never said anything
    for one in customers:
        mine = members.get(one)
        if mine is None:
            left_out[one] = "no_such_customer"
            continue
        stands = {who: stand(said[who], at) for who in mine if who in said}
        found = decide(terms, stands, mine, "", together) if stands or (silent.allowed and with_address) else silent
        code = _code(terms, found, with_address)
        code = code or (
            stale or _listed_code(terms, said, mine, opposed, at) or closed if terms.kind == MESSAGE else ""
        )
        if code:
            left_out[one] = code
        else:
            allowed.append(one)
    return Checked(tuple(allowed), left_out)


def _code(terms: Terms, found: ConsentDecision, with_address: bool) -> str:
    """Why a customer may not be reached, '' when they may."""
    if not found.allowed:
        return found.reasons[0].code
    return "no_address" if with_address and terms.kind == MESSAGE and not found.addresses else ""


def _stale(one: ListState) -> str:
    if one.age is None:
        return "register_missing"
    return "register_old" if one.age > one.most_days else ""


def _listed(
    addresses: Sequence[str], stands: Mapping[str, Stand], around: Circumstances
) -> tuple[set[str], tuple[ConsentReason, ...]]:
    """The addresses on a list, and why one may not go on."""
    found: set[str] = set()
    for one in around.lists:
        if code := _stale(one):
            words = {
                "register_missing": f"The list {one.label} must be asked before, and none was loaded.",
                "register_old": f"The list {one.label} at hand is too old to be believed.",
            }
            return set(), (ConsentReason(code, words[code]),)
        found |= {who for who, since in registers.opposed(one.key, addresses).items() if not _later(stands, who, since)}
    words_ = "This number is on an opposition list, and nothing was agreed to since."
    return found, tuple(ConsentReason("on_register", words_, one) for one in sorted(found))


def _opposed(members: Mapping[str, Sequence[str]], around: Circumstances) -> dict[str, int]:
    """All telephone identifiers at hand that are on a list that must be asked."""
    numbers = [one for group in members.values() for one in group if one.startswith("phone:")]
    found: dict[str, int] = {}
    for one in around.lists:
        for who, since in registers.opposed(one.key, numbers).items():
            found[who] = max(since, found.get(who, 0))
    return found


def _listed_code(
    terms: Terms, said: Mapping[str, list[Line]], mine: Sequence[str], opposed: Mapping[str, int], at: int
) -> str:
    if not opposed:
        return ""
    addresses = addresses_of(terms.channel, mine)
    stands = {one: stand(said[one], at) for one in mine if one in said}
    listed = [one for one in addresses if one in opposed and not _later(stands, one, opposed[one])]
    return "on_register" if listed and len(listed) == len(addresses) else ""


def _later(stands: Mapping[str, Stand], identifier: str, since: int) -> bool:
    """Whether the number's owner agreed after it came on the list."""
    one = stands.get(identifier)
    return one is not None and one.granted and one.decided is not None and one.decided.at > since
