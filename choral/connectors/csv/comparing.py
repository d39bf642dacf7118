"""What is new, what says something else than before, what says the same: a piece of a file against what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from choral.connectors import queries
from choral.connectors.csv.items import Item, Taken
from choral.connectors.csv.place import Place
from choral.connectors.values import Draft, Refused
from choral.core.identifiers import Identifier, seen
from choral.core.ids import key64


@dataclass
class Compared:
    """A piece sorted. Rows of refused things keep their cells only where they were refused while reading."""

    new: list[Item] = field(default_factory=list)
    updated: list[Item] = field(default_factory=list)
    unchanged: list[Item] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, told: Sequence[Item], problems: Mapping[int, tuple[str, str]]) -> None:
        """Move things the log's door refused from new or updated to refused."""
        for at, (code, words) in problems.items():
            item = told[at]
            for group in (self.new, self.updated):
                if item in group:
                    group.remove(item)
            self.refused += item.refused(code, words)


@dataclass
class Counts:
    """Sums over all pieces; things, but `rows` and `refused_rows` are rows of the file."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    refused_rows: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, compared: Compared) -> None:
        self.new += len(compared.new)
        self.updated += len(compared.updated)
        self.unchanged += len(compared.unchanged)
        self.refused_rows += len(compared.refused)
        items = (*compared.new, *compared.updated, *compared.unchanged)
        self.rows += sum(len(item.rows) for item in items) + len(compared.refused)
        self.reasons.update(one.code for one in compared.refused)

    def as_dict(self) -> dict[str, object]:
        return {
            "rows": self.rows, "new": self.new, "updated": self.updated, "unchanged": self.unchanged,
            "refused_rows": self.refused_rows,
        }  # fmt: skip


def compare(place: Place, found: Draft, piece: Sequence[Taken]) -> Compared:
    """Sort a piece. An order that is known with another content is refused: told again it would count twice."""
    compared = Compared(refused=[one for one in piece if isinstance(one, Refused)])
    items = [one for one in piece if isinstance(one, Item)]
    before: dict[int, tuple[int, str]] = queries.contents(found.kind, [key64(item.key) for item in items])
    known = _known(place, found, [item for item in items if key64(item.key) not in before])
    for item in items:
        content, by = before.get(key64(item.key)) or (None, "")
        if content == item.content:
            # What this very import told before it was stopped is still new.
            (compared.new if by == found.id else compared.unchanged).append(item)
        elif content is None and item.key not in known:
            compared.new.append(item)
            before[key64(item.key)] = (item.content, "")
        elif found.kind == "orders":
            words = f"Order {item.key} is already known, with other content or from another channel."
            compared.refused += item.refused("order_known", words)
        else:
            compared.updated.append(item)
            before[key64(item.key)] = (item.content, "")
    return compared


def _known(place: Place, found: Draft, items: Sequence[Item]) -> set[str]:
    """The keys among items never imported that other channels have told already."""
    if found.kind == "orders":
        # What this very import told just before it was killed is not another channel's.
        return place.customers.known_orders([item.key for item in items], apart_from=place.source(found.id))
    if found.kind in ("products", "spend"):
        return set()
    spelled = {}
    for item in items:
        kind, value = Identifier.parse(item.key)
        identifier = seen(kind, value, place.home.secret, place.home.region)
        if identifier is not None:
            spelled[item.key] = str(identifier)
    resolved = place.customers.resolve(spelled.values())
    return {key for key, text in spelled.items() if text in resolved}
