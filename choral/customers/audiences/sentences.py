"""Reads a tree back as a plain sentence in English, French or Italian. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from choral.core.money import Money
from choral.customers.audiences import tree
from choral.customers.audiences.plain import number_of, text_of
from choral.customers.audiences.tree import Condition, Definition, Filter, Step, Test, Window
from choral.customers.audiences.words import Words
from choral.customers.profiles.rules import ORDER

_NEVER = (Test("at_most", (0,)), Test("is", (0,)), Test("less", (1,)))
_MOST_VALUES = 4


@dataclass(frozen=True)
class Telling:
    """How to tell: the language, the shop's currency, names of audiences by key and of products and attribute values
    by id."""

    words: Words
    currency: str
    audiences: Mapping[str, str]
    labels: Mapping[str, str]


def telling(language: str, currency: str, audiences: Mapping[str, str] | None = None,
            labels: Mapping[str, str] | None = None) -> Telling:  # fmt: skip
    return Telling(Words(language), currency, audiences or {}, labels or {})


def sentence(definition: Definition, how: Telling) -> str:
    """Whom a definition holds, as one sentence."""
    head = how.words.say("head_visitors" if definition.visitors else "head")
    who = definition.who
    if isinstance(who, tree.All | tree.Some) and not who.of:
        return f"{head}."
    parts = [how.words.say("who", clause=clause(one, how)) for one in who.of] if isinstance(who, tree.All) else []
    told = "".join(part if not index else how.words.say("all", clause=part) for index, part in enumerate(parts))
    return f"{head} {told or how.words.say('who', clause=clause(who, how, top=True))}."


def clause(node: Condition, how: Telling, top: bool = False) -> str:
    """What a node says, as it stands behind “who”."""
    if isinstance(node, tree.Not):
        return how.words.say("not", clause=clause(node.of, how))
    if not isinstance(node, tree.All | tree.Some):
        return " ".join(_LEAVES[type(node)](node, how).split())
    parts = [clause(one, how) for one in node.of]
    if not parts:
        return "…"
    joined = parts[0]
    for part in parts[1:]:
        if isinstance(node, tree.Some):
            joined += how.words.say("any", clause=part)
        else:
            joined = how.words.say("and", one=joined, other=part)
    return joined if top or len(parts) == 1 else how.words.say("group", clause=joined)


def number(value: float, how: Telling) -> str:
    """A number as the language writes it."""
    return str(format_decimal(value, locale=how.words.language))


def money(minor: float, how: Telling) -> str:
    """An amount of minor units as the language writes it."""
    major = Money(round(minor), how.currency).major
    return str(format_currency(major, how.currency, locale=how.words.language))


def day(value: date, how: Telling) -> str:
    return str(format_date(value, "long", locale=how.words.language))


def _trait(leaf: tree.Trait, how: Telling) -> str:
    return how.words.say("have", what=_valued(how.words.quoted(leaf.field), leaf.test, how))


def _personal(leaf: tree.Personal, how: Telling) -> str:
    if leaf.field == "city" and leaf.test.how in ("is", "in"):
        return how.words.say("live", values=_values(leaf.test.values, how))
    if leaf.field == "birthday" and leaf.test.how in tree.YEARLY:
        key = leaf.test.how.replace("anniversary", "birthday")
        return how.words.say(key, a=text_of(leaf.test.values[0]))
    return how.words.say("have", what=_valued(how.words.name(leaf.field), leaf.test, how))


def _valued(field: str, test: Test, how: Telling, amount: bool = False) -> str:
    """A field and what it must be: “age of at least 30”."""
    if test.how in ("is", "in", "contains"):
        key = "v_contains" if test.how == "contains" else "v_is"
        return how.words.say(key, field=field, values=_values(test.values, how))
    if test.how in ("known", "unknown"):
        return how.words.say(f"v_{test.how}", field=field)
    if test.how in tree.DATED:
        return how.words.say(f"v_{test.how}", field=field, a=text_of(test.values[0]))
    return how.words.say("v_number", field=field, count=_count(test, how, amount))


def _values(values: tuple[tree.Value, ...], how: Telling) -> str:
    shown = [how.labels.get(text_of(value), text_of(value)) for value in values[:_MOST_VALUES]]
    return how.words.listed([*shown, "…"] if len(values) > _MOST_VALUES else shown)


def _count(test: Test, how: Telling, amount: bool = False) -> str:
    write = money if amount else number
    values = [write(number_of(value) or 0.0, how) for value in test.values]
    key = "is" if test.how == "in" else test.how
    return how.words.say(f"n_{key}", a=values[0] if len(values) < 3 else how.words.listed(values), b=values[-1])


def _seen(leaf: tree.Seen, how: Telling) -> str:
    return how.words.say(f"{leaf.which}_seen", window=_window(leaf.window, how))


def _window(window: Window | None, how: Telling) -> str:
    if window is None:
        return ""
    if window.when != "between":
        return how.words.say(f"{window.when}{'_one' if window.days == 1 else ''}", days=window.days)
    said = {name: day(value, how) for name in ("since", "until") if (value := getattr(window, name))}
    return how.words.say("_".join(said), **said)


def _total(leaf: tree.Total, how: Telling) -> str:
    return how.words.say(f"total_{leaf.figure}", count=_count(leaf.test, how, leaf.figure == "revenue"))


def _happened(leaf: tree.Happened, how: Telling) -> str:
    words, what = how.words, _step(Step(leaf.event, leaf.where), how)
    window = _window(leaf.window, how)
    if leaf.measure in ("first", "last"):
        return f"{words.say(f'{leaf.measure}_time', verb=what)} {window}"
    if leaf.measure == "sum":
        return f"{_sum(leaf, how)}{_where(leaf.where, how)} {window}"
    if leaf.test == tree.ONCE:
        return f"{what} {window}"
    if leaf.test in _NEVER:
        return words.say("not", clause=f"{what} {window}")
    times = words.say("times", verb=words.verb(leaf.event), count=_count(leaf.test, how))
    return f"{times}{_where(leaf.where, how)} {window}"


def _sum(leaf: tree.Happened, how: Telling) -> str:
    count = _count(leaf.test, how, leaf.of == "amount")
    if leaf.of == "amount" and leaf.event == ORDER:
        return how.words.say("spent", count=count)
    return how.words.say("sum", of=how.words.name(leaf.of), count=count, event=how.words.quoted(leaf.event))


def _step(step: Step, how: Telling) -> str:
    return how.words.verb(step.event) + _where(step.where, how)


def _where(where: tuple[Filter, ...], how: Telling) -> str:
    said = [_valued(how.words.name(one.property), one.test, how, one.property == "amount") for one in where]
    told = said[0] if said else ""
    for one in said[1:]:
        told = how.words.say("and", one=told, other=one)
    return how.words.say("with", what=told) if told else ""


def _sequence(leaf: tree.Sequence, how: Telling) -> str:
    first = f"{_step(leaf.first, how)} {_window(leaf.window, how)}"
    hours = _hours(leaf.hours, how)
    if leaf.followed:
        return how.words.say("then", first=first, then=_step(leaf.then, how), hours=hours or how.words.say("later"))
    event = how.words.name(leaf.then.event) + _where(leaf.then.where, how)
    return how.words.say("without", first=first, event=event, hours=hours)


def _hours(hours: int | None, how: Telling) -> str:
    if hours is None:
        return ""
    if hours == 24:
        return how.words.say("hours_day")
    return how.words.say("hours_days", days=hours // 24) if hours % 24 == 0 else how.words.say("hours", hours=hours)


def _bought(leaf: tree.Bought, how: Telling) -> str:
    words = how.words
    what = words.say(f"by_{leaf.by}", values=_values(leaf.values, how))
    window = _window(leaf.window, how)
    if leaf.measure == "orders" and leaf.test == tree.ONCE:
        return f"{words.say('bought', what=what)} {window}"
    if leaf.measure == "orders" and leaf.test in _NEVER:
        return words.say("not", clause=f"{words.say('bought', what=what)} {window}")
    count = _count(leaf.test, how, leaf.measure == "amount")
    return f"{words.say(f'bought_{leaf.measure}', what=what, count=count)} {window}"


def _channel(leaf: tree.Channel, how: Telling) -> str:
    window = _window(Window("last", leaf.days), how) if leaf.days and leaf.use != "preferred" else ""
    return f"{how.words.say(leaf.use, channel=how.words.name(leaf.channel))} {window}"


def _consent(leaf: tree.Consent, how: Telling) -> str:
    key = "agreed" if leaf.given else "not_agreed"
    return how.words.say(key, purpose=how.labels.get(leaf.purpose) or how.words.name(leaf.purpose),
                         channel=how.words.name(leaf.channel))  # fmt: skip


def _attribute(leaf: tree.Attribute, how: Telling) -> str:
    values = how.words.listed([how.words.plain(value) for value in leaf.values])
    return how.words.say("attribute", values=values, name=how.words.name(leaf.name))


def _member(leaf: tree.Member, how: Telling) -> str:
    return how.words.say("member", name=how.words.quoted(how.audiences.get(leaf.audience, leaf.audience)))


def _identifier(leaf: tree.Identifier, how: Telling) -> str:
    return how.words.say("identified" if leaf.known else "not_identified", kind=how.words.name(leaf.kind))


_LEAVES: Mapping[type, Callable[[Any, Telling], str]] = {
    tree.Trait: _trait, tree.Personal: _personal, tree.Seen: _seen, tree.Total: _total, tree.Happened: _happened,
    tree.Sequence: _sequence, tree.Bought: _bought, tree.Channel: _channel, tree.Consent: _consent,
    tree.Attribute: _attribute, tree.Member: _member, tree.Identifier: _identifier,
}  # fmt: skip
