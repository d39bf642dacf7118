"""An audience while it is edited: conditions that may still be incomplete, from a form, and to a tree and back. Pure.

A node has a place such as `0-2` (the third condition of the first group); its fields are `f.0-2.event`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from choral.customers.audiences.plain import text_of

GROUPS = ("all", "any")
Tree = dict[str, Any]


@dataclass
class Draft:
    """A condition (`kind` and its `fields`) or a group of some. `no`: it must not hold."""

    kind: str
    no: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    parts: list[Draft] = field(default_factory=list)

    @property
    def group(self) -> bool:
        return self.kind in GROUPS

    def at(self, place: str) -> Draft:
        """The node at a place below this one; '' is this one."""
        found = self
        for index in place.split("-") if place else []:
            found = found.parts[int(index)]
        return found


def places(draft: Draft, place: str = "") -> Iterator[tuple[str, Draft]]:
    """All nodes with their places, from the top."""
    yield place, draft
    for index, part in enumerate(draft.parts):
        yield from places(part, f"{place}-{index}" if place else str(index))


def from_form(posted: Mapping[str, str]) -> Draft:
    """What a form says; nodes stand in it from the top."""
    root = Draft(posted.get("match", "all") if posted.get("match") in GROUPS else "all")
    for key, kind in posted.items():
        if not key.startswith("k."):
            continue
        place = key[2:]
        prefix = f"f.{place}."
        mine = {name.removeprefix(prefix): said for name, said in posted.items() if name.startswith(prefix)}
        node = Draft(kind, posted.get(f"not.{place}") == "1", mine)
        if kind in GROUPS:
            node.kind = mine.get("match", kind) if mine.get("match") in GROUPS else kind
            node.fields = {}
        root.at(place.rpartition("-")[0]).parts.append(node)
    return root


def act_on(draft: Draft, wish: str) -> None:
    """Do what a button asks: `add:place:kind`, `remove:place`, `up:place`, `down:place`, `group:place`."""
    what, _, rest = wish.partition(":")
    place, _, kind = rest.partition(":")
    above, _, index = place.rpartition("-")
    if what == "add":
        draft.at(place).parts.append(Draft(kind))
    elif what == "remove":
        del draft.at(above).parts[int(index)]
    elif what == "group":
        parts = draft.at(above).parts
        parts[int(index)] = Draft("any", parts=[parts[int(index)]])
    elif what in ("up", "down"):
        parts, other = draft.at(above).parts, int(index) + (-1 if what == "up" else 1)
        if 0 <= other < len(parts):
            parts[int(index)], parts[other] = parts[other], parts[int(index)]


def to_tree(draft: Draft) -> Tree:
    """The plain JSON of a node; what is incomplete is left for the check to find."""
    if draft.group:
        node: Tree = {"is": draft.kind, "of": [to_tree(part) for part in draft.parts]}
    else:
        node = {"is": draft.kind, **_leaf(draft.kind, draft.fields)}
    return {"is": "not", "of": node} if draft.no else node


def from_tree(node: Tree) -> Draft:
    """The draft of a node."""
    if node["is"] == "not":
        found = from_tree(node["of"])
        if not found.no:
            found.no = True
            return found
        return Draft("all", no=True, parts=[found])
    if node["is"] in GROUPS:
        return Draft(node["is"], parts=[from_tree(part) for part in node["of"]])
    return Draft(node["is"], fields=_fields(node))


def root_of(node: Tree) -> Draft:
    """The draft of a whole tree: a group at the top in any case."""
    found = from_tree(node)
    return found if found.group and not found.no else Draft("all", parts=[found])


def place_of(path: str, tree: Tree) -> str:
    """The place in the form of a node that an error names (`who.of[1].of.test`)."""
    place: list[str] = []
    node: Any = tree
    for step in path.removeprefix("who").strip(".").split("."):
        if step == "of" and isinstance(node, dict) and node.get("is") == "not":
            node = node["of"]
        elif step.startswith("of[") and isinstance(node, dict) and isinstance(node.get("of"), list | tuple):
            index = int(step[3:].rstrip("]"))
            if index >= len(node["of"]):
                break
            place.append(str(index))
            node = node["of"][index]
        else:
            break
    return "-".join(place)


def _leaf(kind: str, fields: Mapping[str, str]) -> Tree:
    get = fields.get
    if kind in _SAYS:
        return _SAYS[kind](fields)
    if kind == "audience":
        return {"audience": get("audience", "")}
    return {"kind": get("kind", ""), "known": get("known", "yes") == "yes"}


def _stated(fields: Mapping[str, str]) -> Tree:
    return {"field": fields.get("field", ""), "test": _test(fields)}


def _seen(fields: Mapping[str, str]) -> Tree:
    return {"which": fields.get("which", "last"), "window": _window(fields) or {"when": "last", "days": 30}}


def _total(fields: Mapping[str, str]) -> Tree:
    return {"figure": fields.get("figure", "orders"), "test": _test(fields, "at_least")}


def _sequence(fields: Mapping[str, str]) -> Tree:
    get = fields.get
    return {
        "first": {"event": get("first", "")}, "then": {"event": get("then", "")},
        "hours": _whole(get("hours", "")), "followed": get("followed", "yes") == "yes", "window": _window(fields),
    }  # fmt: skip


def _bought(fields: Mapping[str, str]) -> Tree:
    get = fields.get
    return {"by": get("by", "category"), "values": _several(get("values", "")), "measure": get("measure", "orders"),
            "window": _window(fields), "test": _test(fields, "at_least", "1")}  # fmt: skip


def _channel(fields: Mapping[str, str]) -> Tree:
    get = fields.get
    return {"channel": get("channel", ""), "use": get("use", "used"), "days": _whole(get("days", ""))}


def _consent(fields: Mapping[str, str]) -> Tree:
    get = fields.get
    return {"purpose": get("purpose", ""), "channel": get("channel", ""), "given": get("given", "yes") == "yes"}


def _attribute(fields: Mapping[str, str]) -> Tree:
    return {"name": fields.get("name", ""), "values": _several(fields.get("values", ""))}


def _happened(fields: Mapping[str, str]) -> Tree:
    get = fields.get
    said: Tree = {
        "event": get("event", ""), "measure": get("measure", "count"), "of": get("of") or "amount",
        "window": _window(fields), "test": _test(fields, "at_least", "1"),
    }  # fmt: skip
    if get("property"):
        test = {
            "how": get("property_how", "is"),
            "values": _values(get("property_how", "is"), get("property_value", "")),
        }
        said["where"] = [{"property": get("property"), "test": test}]
    if said["measure"] in ("first", "last"):
        del said["test"]
        said["window"] = said["window"] or {"when": "last", "days": 30}
    return said


_SAYS: Mapping[str, Callable[[Mapping[str, str]], Tree]] = {
    "trait": _stated, "personal": _stated, "seen": _seen, "total": _total, "event": _happened, "sequence": _sequence,
    "bought": _bought, "channel": _channel, "consent": _consent, "attribute": _attribute,
}  # fmt: skip


def _test(fields: Mapping[str, str], how: str = "is", value: str = "") -> Tree:
    chosen = fields.get("how") or how
    if chosen == "between":
        return {"how": chosen, "values": [_number(fields.get(name, "")) for name in ("a", "b")]}
    return {"how": chosen, "values": _values(chosen, fields.get("a", value))}


def _values(how: str, text: str) -> list[str | float]:
    if how in ("known", "unknown"):
        return []
    if how in ("is", "in", "contains"):
        return list(_several(text))
    return [_number(text)]


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _number(text: str) -> str | float:
    clean = text.strip().replace(",", ".").replace("\u00a0", "").replace(" ", "")
    try:
        return int(clean) if clean.lstrip("-").isdecimal() else float(clean)
    except ValueError:
        return text


def _whole(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() and len(text) < 9 else None


def _window(fields: Mapping[str, str]) -> Tree | None:
    when = fields.get("when", "")
    if when in ("last", "before"):
        return {"when": when, "days": _whole(fields.get("days", "30")) or 0}
    if when == "between":
        return {"when": when, "since": fields.get("since") or None, "until": fields.get("until") or None}
    return None


def _fields(node: Tree) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in node.items():
        if name == "test":
            found |= _of_test(value)
        elif name == "window" and value:
            found |= {key: str(one) for key, one in value.items() if one is not None}
        elif name == "where" and value:
            one = value[0]
            found |= {"property": one["property"], "property_how": one["test"]["how"],
                      "property_value": "; ".join(map(text_of, one["test"].get("values", [])))}  # fmt: skip
        elif name in ("first", "then") and isinstance(value, dict):
            found[name] = value["event"]
        elif name == "values":
            found[name] = "; ".join(value)
        elif isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif name not in ("is", "window", "where") and value is not None:
            found[name] = str(value)
    return found


def _of_test(test: Tree) -> dict[str, str]:
    values = [text_of(one) for one in test.get("values", [])]
    if test["how"] == "between":
        return {"how": "between", "a": values[0], "b": values[1]}
    return {"how": test["how"], "a": "; ".join(values)}


def scaled(node: Tree, factor: float) -> Tree:
    """The same tree with amounts of money multiplied: by 100 from what people type to cents, by 1/100 back."""
    if isinstance(node.get("of"), list | tuple):
        return node | {"of": [scaled(one, factor) for one in node["of"]]}
    if node["is"] == "not":
        return node | {"of": scaled(node["of"], factor)}
    if not _speaks_of_money(node):
        return node
    values = [_times(value, factor) for value in node["test"].get("values", [])]
    return node | {"test": node["test"] | {"values": values}}


def _speaks_of_money(node: Tree) -> bool:
    return "test" in node and (
        (node["is"] == "total" and node.get("figure") == "revenue")
        or (node["is"] == "event" and node.get("measure") == "sum" and node.get("of", "amount") == "amount")
        or (node["is"] == "bought" and node.get("measure") == "amount")
    )


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, str):
        return value
    found = round(value * factor, 4)
    return int(found) if found == int(found) else found
