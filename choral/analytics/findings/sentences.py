"""A finding in words, with its evidence: English, French or Italian, numbers as the language writes them. Pure."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from choral.analytics.findings import words
from choral.analytics.findings.values import Finding, FindingList, Place, Unit
from choral.core.money import Money

_EXACT = 100_000  # minor units; above, cents say nothing in a sentence
_OFTEN = 0.0001


def headline(one: Finding, language: str, currency: str, called: str = "") -> str:
    """What happened, in one sentence. `called` is what people call the source or the channel it is about."""
    say = _Saying(language, currency)
    if one.kind == "change":
        return say.pattern("change", _change(one, say, called))
    if one.kind == "campaign":
        return say.pattern(one.event if one.event in words.SENTENCES else "no_effect_shown", _campaign(one, say))
    values = {
        "what": say.what(one.place, called), "name": called or one.place.name or one.place.key, "event": one.event,
        "since": say.day(one.since), "channel": _capital(say.name(one.place, called)),
        "value": "" if one.value is None else say.value(one.value, one.unit),
        "expected": "" if one.expected is None else say.value(one.expected, one.unit),
        "money": say.money(abs(one.money or 0)),
    }  # fmt: skip
    if one.kind == "funnel":
        values |= {"first": say.of(words.STEPS, one.event), "second": say.of(words.STEPS, one.metric)}
    if one.expected is not None and one.unit == "count":
        values["expected"] = say.number(round(one.expected))
    if one.kind in ("product_gone", "place_gone"):
        values["what"] = _capital(values["what"])
    return say.pattern(one.kind, values)


def evidence(one: Finding, language: str, currency: str) -> list[str]:
    """What it is worth, what moved with it, how sure it is: a sentence each."""
    say = _Saying(language, currency)
    found = [] if one.kind in ("campaign", "slipping_away") else [_worth(one, say)]
    if one.share is not None:
        found.append(say.evidence("explains", share=say.percent(one.share, 0)))
    if one.also:
        listed = "; ".join(
            say.evidence("rather", what=say.figure(more.metric, more.place), value=say.value(more.value, more.unit),
                         expected=say.value(more.expected, more.unit))
            for more in one.also
        )  # fmt: skip
        found.append(say.evidence("also", list=listed))
    found.append(_sure(one, say))
    return found


def figure(metric: str, place: Place, language: str) -> str:
    """The name of a figure at a place: “Sales, store Lyon”."""
    return _Saying(language, "EUR").figure(metric, place)


def letter(found: FindingList, language: str, most: int) -> str:
    """The first findings as plain text."""
    if found.until is None:
        return ""
    say = _Saying(language, found.currency)
    values = {"until": say.day(found.until), "count": say.number(found.looked_at),
              "share": say.percent(found.false_share, 0)}  # fmt: skip
    rows = [one for one in found.rows if one.certainty != "unsure"][:most]
    if not rows:
        return say.of(words.LETTER, "nothing").format(**values) + "\n"
    lines = [say.of(words.LETTER, "found").format(**values), ""]
    for number, one in enumerate(rows, 1):
        lines.append(f"{number}. {headline(one, language, found.currency)}")
        lines += [f"   {line}" for line in evidence(one, language, found.currency)] + [""]
    return "\n".join([*lines, say.of(words.LETTER, "level").format(**values)]) + "\n"


class _Saying:
    """Numbers, days and words of one language."""

    def __init__(self, language: str, currency: str) -> None:
        short = language[:2]
        self.language = short if short in words.LANGUAGES else "en"
        self.locale = language.replace("-", "_") if short in words.LANGUAGES else "en"
        self.currency = currency

    def of(self, table: dict[str, words.Text], key: str) -> str:
        return table[key][self.language] if key in table else key

    def pattern(self, key: str, values: dict[str, str]) -> str:
        return self.of(words.SENTENCES, key).format(**values)

    def evidence(self, key: str, **values: str) -> str:
        return self.of(words.EVIDENCE, key).format(**values)

    def figure(self, metric: str, place: Place, called: str = "") -> str:
        name = self.of(words.METRICS, metric)
        return name if place.by == "all" else f"{name}, {self.what(place, called)}"

    def what(self, place: Place, called: str = "") -> str:
        """A place: “store 12”, but “Lyon, rue Mercière” where that is its name; products with their number."""
        name = self.name(place, called)
        if place.by == "product" and place.name:
            name = f"{name} ({place.key})"
        own = place.by == "store" and place.name and not place.name.isdecimal()
        return name if own or place.by not in words.PLACES else self.of(words.PLACES, place.by).format(name=name)

    def name(self, place: Place, called: str = "") -> str:
        if place.by == "channel":
            return called or self.of(words.CHANNELS, place.key)
        if place.by == "kind":
            return self.of(words.KINDS, place.key)
        return called or _calm(place.name or place.key)

    def value(self, value: float, unit: Unit) -> str:
        if unit == "money":
            return self.money(round(value))
        return self.percent(value) if unit == "share" else self.number(round(value, 1 if abs(value) < 10 else 0))

    def money(self, minor: int) -> str:
        major = Money(minor, self.currency).major
        if abs(minor) < _EXACT:
            return str(format_currency(major, self.currency, locale=self.locale))
        text = format_currency(round(major), self.currency, locale=self.locale)
        return re.sub(r"[.,]00(?=\D|$)", "", str(text))

    def number(self, value: float) -> str:
        return str(format_decimal(value, locale=self.locale, format="#,##0.#"))

    def percent(self, share: float, decimals: int = 1) -> str:
        return str(format_percent(round(share, decimals + 2), locale=self.locale, decimal_quantization=False))

    def day(self, day: date) -> str:
        return str(format_date(day, "medium", locale=self.locale))

    def short_day(self, day: date) -> str:
        return str(format_skeleton("MMMd", day, locale=self.locale))


def _change(one: Finding, say: _Saying, called: str) -> dict[str, str]:
    value, expected = one.value or 0.0, one.expected or 0.0
    by = abs(value - expected)
    shown = say.of(words.SENTENCES, "points").format(by=say.number(round(100 * by, 1))) if one.unit == "share" else (
        say.value(by, one.unit)
    )  # fmt: skip
    when = say.of(words.WHEN, one.grain).format(since=say.short_day(one.since), until=say.day(one.until))
    if one.grain == "day":
        when = say.of(words.WHEN, "day").format(since=say.day(one.since))
    return {
        "what": say.figure(one.metric, one.place, called), "value": say.value(value, one.unit), "when": when,
        "change": say.of(words.SENTENCES, "more" if value >= expected else "less").format(by=shown),
        "low": say.value(one.low or 0.0, one.unit), "high": say.value(one.high or 0.0, one.unit),
    }  # fmt: skip


def _campaign(one: Finding, say: _Saying) -> dict[str, str]:
    sign = -1 if one.event == "cost" else 1
    bounds = sorted((sign * (one.money_low or 0), sign * (one.money_high or 0)))
    return {
        "name": one.place.name or one.place.key, "money": say.money(abs(one.money or 0)),
        "low": say.money(bounds[0]), "high": say.money(bounds[1]),
    }  # fmt: skip


def _worth(one: Finding, say: _Saying) -> str:
    if one.money is None:
        return say.evidence("no_money")
    side = "loss" if one.money < 0 else "gain"
    if one.money_low is None or one.money_high is None:
        return say.evidence(f"{side}_about", money=say.money(abs(one.money)))
    bounds = (one.money_low, one.money_high) if one.money > 0 else (-one.money_high, -one.money_low)
    return say.evidence(side, money=say.money(abs(one.money)), low=say.money(bounds[0]), high=say.money(bounds[1]))


def _sure(one: Finding, say: _Saying) -> str:
    if one.certainty == "unsure":
        return say.evidence("unsure", feast=say.of(words.FEASTS, one.feast))
    if one.certainty == "correlation":
        return say.evidence("correlation")
    if one.p is None:
        return say.evidence("counted")
    often, p = ("about", one.p) if one.p >= _OFTEN else ("below", _OFTEN)
    return say.evidence("sure", p=say.evidence(often, p=say.percent(p, 2)))


def _calm(name: str) -> str:
    """Names in capitals, as tills print them, made readable."""
    return name.capitalize() if name.isupper() and len(name) > 4 else name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
