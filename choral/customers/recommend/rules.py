"""What may be recommended: the rule layer over the models' scores. Pure; the owner's rules are data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

# Pieces of each product that a store (or, with '', any channel) can sell now; a product it does not name is unknown.
Stock = Callable[[str, Sequence[str]], Mapping[str, int]]
Kind = Literal["again", "new", "together", "popular"]
Basis = Literal["consent", "opt_out", "off"]
PLACES = ("till", "web", "app", "agent")


@dataclass(frozen=True)
class Rules:
    """The owner's rules. Margins are shares of the price by department; an unknown margin passes every floor.

    `basis`: what personal recommendations need: a consent given (`consent`), no objection (`opt_out`), or nothing
    allows them (`off`).
    """

    blocked_products: frozenset[str] = frozenset()
    blocked_departments: frozenset[str] = frozenset()
    margins: Mapping[str, float] = field(default_factory=dict)
    least_margin: float = 0.0
    least_stock: int = 1
    category_cap: int = 2
    not_again_days: int = 2
    new_share: float = 0.4
    basis: Basis = "consent"


@dataclass(frozen=True)
class Candidate:
    """A product that might be shown. `score` orders candidates of one kind; `probability` that it is bought within
    four weeks, None where nothing was judged yet; `because` the code of the product that speaks for it, -1 for none."""

    code: int
    product_id: str
    department: str
    category: str
    kind: Kind
    score: float
    probability: float | None
    price: int
    because: int = -1


@dataclass(frozen=True)
class Choice:
    """What passed, best first, and how many products were left out by each rule before the list was full."""

    chosen: tuple[Candidate, ...]
    left_out: tuple[tuple[str, int], ...]
    stock_known: bool


def choose(
    ranked: Iterable[Candidate], rules: Rules, count: int, store: str = "", stock: Stock | None = None
) -> Choice:
    """Walk down the candidates until `count` have passed every rule; each product once."""
    left: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    chosen: list[Candidate] = []
    seen: set[str] = set()
    for batch in _batches(ranked, max(4 * count, 20)):
        pieces = stock(store, [one.product_id for one in batch]) if stock else {}
        for one in batch:
            if len(chosen) == count:
                break
            if one.product_id in seen:
                continue
            seen.add(one.product_id)
            reason = _refusal(one, rules, categories, pieces)
            if reason:
                left[reason] += 1
                continue
            categories[one.category] += 1
            chosen.append(one)
        if len(chosen) == count:
            break
    return Choice(tuple(chosen), tuple(sorted(left.items())), stock is not None)


def mixed(known: Sequence[Candidate], new: Sequence[Candidate], new_share: float) -> list[Candidate]:
    """Two lists as one, so that at every length about `new_share` of it is new."""
    found: list[Candidate] = []
    first, second = iter(known), iter(new)
    taken = 0
    for _ in range(len(known) + len(new)):
        wants_new = taken + 0.5 < new_share * (len(found) + 1)
        one = next(second if wants_new else first, None)
        if one is None:
            wants_new = not wants_new
            one = next(second if wants_new else first, None)
        if one is None:
            break
        taken += wants_new
        found.append(one)
    return found


def changed(rules: Rules, kind: str, subject: str, value: str) -> Rules:
    """The rules with one row of the book taken in; rows come checked (`actions.set_rule`)."""
    if kind == "block_product":
        return replace(rules, blocked_products=rules.blocked_products | {subject})
    if kind == "block_department":
        return replace(rules, blocked_departments=rules.blocked_departments | {subject})
    if kind == "margin":
        return replace(rules, margins={**rules.margins, subject: float(value)})
    if kind == "basis":
        return replace(rules, basis=value)  # type: ignore[arg-type]
    kinds = {"least_margin": float, "least_stock": int, "category_cap": int, "not_again_days": int, "new_share": float}
    return replace(rules, **{kind: kinds[kind](value)})


def _refusal(one: Candidate, rules: Rules, categories: Counter[str], pieces: Mapping[str, int]) -> str:
    if one.product_id in rules.blocked_products or one.department in rules.blocked_departments:
        return "blocked"
    if rules.margins.get(one.department, 1.0) < rules.least_margin:
        return "margin"
    if one.category and categories[one.category] >= rules.category_cap:
        return "category_cap"
    if pieces.get(one.product_id, rules.least_stock) < rules.least_stock:
        return "out_of_stock"
    return ""


def _batches(ranked: Iterable[Candidate], size: int) -> Iterable[list[Candidate]]:
    batch: list[Candidate] = []
    for one in ranked:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
