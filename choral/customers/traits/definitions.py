"""What a computed trait is: a definition as data, checked when it is made; and those every shop begins with. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from choral.core.errors import InvalidInput

KINDS = ("count", "sum", "average", "min", "max", "first", "last", "favourite", "distinct", "days_since", "exists",
         "share")  # fmt: skip
TEXTS = {
    "events": ("name", "channel", "source", "order_id", "campaign", "place", "label"),
    "lines": ("product", "department", "category", "brand", "store", "channel"),
}
NUMBERS = {"events": ("amount",), "lines": ("total", "discount", "quantity")}
MONEY = frozenset({"amount", "total", "discount"})
OPERATORS = ("is", "is_not", "contains", "more", "less", "known")
LANGUAGES = ("en", "fr", "it")
_NEED_NUMBER = frozenset({"sum", "average", "min", "max"})
_NEED_TEXT = frozenset({"favourite", "distinct"})
_KEY = re.compile(r"^[a-z][a-z0-9_]{1,39}$")
_MOST_FILTERS, _LONGEST, _MOST_DAYS = 10, 200, 3_660


@dataclass(frozen=True)
class Filter:
    """A condition on a field: `is`, `is_not`, `contains` on texts; `more`, `less` on numbers (minor units for money);
    `known` on either. Several must hold together."""

    field: str
    operator: str
    value: str = ""


@dataclass(frozen=True)
class Definition:
    """A computed trait. `source`: `events` of the time line, or order `lines` (refunds are not among them).

    `kind` of `of`: `sum`, `average`, `min`, `max` of a number; `favourite` (the most frequent, the latest among equals)
    and `distinct` of a text; `first` and `last` of a text or of `at`; `share` of a number (or of rows, without `of`)
    that the filters leave; `count`, `days_since`, `exists` of nothing. `event` '' is any; `days` None is for ever, else
    the window moves by itself.
    """

    key: str
    names: dict[str, str]
    kind: str
    source: str = "events"
    of: str = ""
    event: str = ""
    channel: str = ""
    filters: tuple[Filter, ...] = field(default_factory=tuple)
    days: int | None = None
    built_in: bool = False

    @property
    def unit(self) -> str:
        """How the value is to be shown: number, money, percent, days, yes_no, time or text."""
        if self.kind in ("count", "distinct"):
            return "number"
        if self.kind in ("share", "days_since", "exists"):
            return {"share": "percent", "days_since": "days", "exists": "yes_no"}[self.kind]
        if self.of == "at":
            return "time"
        if self.of in MONEY:
            return "money"
        return "number" if self.of in NUMBERS[self.source] else "text"

    def name(self, language: str) -> str:
        """What it is called in a language; English where the owner gave no other."""
        return self.names.get(language) or self.names.get("en") or self.key


def read(given: dict[str, Any] | str) -> Definition:
    """A definition from JSON data, checked; `InvalidInput` `wrong_trait` with what is wrong and what would be right."""
    try:
        made = (
            msgspec.json.decode(given, type=Definition)
            if isinstance(given, str)
            else msgspec.convert(given, Definition)
        )
    except msgspec.ValidationError as problem:
        raise _wrong(str(problem), "See the description of a definition.") from problem
    check(made)
    return made


def check(one: Definition) -> None:
    """Refuse what cannot be computed."""
    if not _KEY.match(one.key):
        raise _wrong("The key is not usable.", "Small letters, digits and _, beginning with a letter, 2 to 40 of them.")
    if not one.names.get("en") or not set(one.names) <= set(LANGUAGES) or any(len(n) > 80 for n in one.names.values()):
        raise _wrong("It needs a name.", "Give `names` with at least `en`, at most 80 characters each (en, fr, it).")
    if one.kind not in KINDS or one.source not in TEXTS:
        raise _wrong("Kind or source is unknown.", f"Kinds: {', '.join(KINDS)}; sources: events, lines.")
    if one.days is not None and not 1 <= one.days <= _MOST_DAYS:
        raise _wrong("The window is out of range.", f"Days from 1 to {_MOST_DAYS}, or none for ever.")
    if len(one.event) > _LONGEST or len(one.channel) > _LONGEST or len(one.filters) > _MOST_FILTERS:
        raise _wrong("It is too long.", f"At most {_MOST_FILTERS} filters, texts of {_LONGEST} characters.")
    if one.source == "lines" and one.event:
        raise _wrong("Order lines are no events.", "Leave `event` out, or take the source `events`.")
    _check_of(one)
    for condition in one.filters:
        _check_filter(one, condition)


def _check_of(one: Definition) -> None:
    texts, numbers = TEXTS[one.source], NUMBERS[one.source]
    allowed: tuple[str, ...] = ("",)
    if one.kind in _NEED_NUMBER:
        allowed = numbers
    elif one.kind in _NEED_TEXT:
        allowed = texts
    elif one.kind in ("first", "last"):
        allowed = ("at", *texts)
    elif one.kind == "share":
        allowed = ("", *numbers)
    if one.of not in allowed:
        words = ", ".join(name or "nothing" for name in allowed)
        raise _wrong(f"“{one.kind}” cannot be taken of “{one.of[:40]}”.", f"Take it of {words}.")


def _check_filter(one: Definition, condition: Filter) -> None:
    texts, numbers = TEXTS[one.source], NUMBERS[one.source]
    if condition.field not in (*texts, *numbers) or condition.operator not in OPERATORS:
        raise _wrong(
            f"The filter on “{condition.field[:40]}” is unknown.",
            f"Fields: {', '.join((*texts, *numbers))}; operators: {', '.join(OPERATORS)}.",
        )
    on_number = condition.field in numbers
    if condition.operator != "known" and on_number != (condition.operator in ("more", "less")):
        raise _wrong(
            f"“{condition.operator}” does not fit “{condition.field}”.", "Numbers: more, less; texts: the others."
        )
    if len(condition.value) > _LONGEST or "\0" in condition.value:
        raise _wrong("A value is too long.", f"At most {_LONGEST} characters.")
    if on_number and condition.operator != "known" and not _is_number(condition.value):
        raise _wrong(f"“{condition.value[:40]}” is no number.", "Write it in digits; money in minor units (cents).")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _wrong(why: str, fix: str) -> InvalidInput:
    return InvalidInput("wrong_trait", "This computed trait cannot be kept.", why, fix, status=422)


_ORDER = "Order Completed"


def _built_in(key: str, kind: str, names: tuple[str, str, str], **more: Any) -> Definition:
    return Definition(key, dict(zip(LANGUAGES, names, strict=True)), kind, built_in=True, **more)


BUILT_IN: tuple[Definition, ...] = (
    _built_in("orders_90_days", "count", ("Orders in 90 days", "Commandes en 90 jours", "Ordini in 90 giorni"),
              event=_ORDER, days=90),
    _built_in("spend_365_days", "sum", ("Spent in a year", "Dépensé en un an", "Speso in un anno"),
              of="amount", event=_ORDER, days=365),
    _built_in("average_basket", "average", ("Average basket", "Panier moyen", "Scontrino medio"),
              of="amount", event=_ORDER, days=365),
    _built_in("days_since_order", "days_since", ("Days since the last order", "Jours depuis la dernière commande",
                                                 "Giorni dall’ultimo ordine"), event=_ORDER),
    _built_in("favourite_department", "favourite", ("Favourite department", "Rayon préféré", "Reparto preferito"),
              source="lines", of="department", days=365),
    _built_in("favourite_product", "favourite", ("Favourite product", "Produit préféré", "Prodotto preferito"),
              source="lines", of="product", days=365),
    _built_in("favourite_brand", "favourite", ("Favourite brand", "Marque préférée", "Marca preferita"),
              source="lines", of="brand", days=365),
    _built_in("favourite_store", "favourite", ("Favourite store", "Magasin préféré", "Negozio preferito"),
              of="place", event=_ORDER, days=365),
    _built_in("products_tried", "distinct", ("Different products", "Produits différents", "Prodotti diversi"),
              source="lines", of="product", days=365),
    _built_in("bought_on_offer", "share", ("Bought on offer", "Acheté en promotion", "Acquistato in offerta"),
              source="lines", of="total", filters=(Filter("discount", "more", "0"),), days=365),
    _built_in("coupons_365_days", "count", ("Coupons used in a year", "Bons utilisés en un an",
                                            "Buoni usati in un anno"), event="Coupon Redeemed", days=365),
    _built_in("last_campaign", "last", ("Last campaign received or answered", "Dernière campagne reçue ou suivie",
                                        "Ultima campagna ricevuta o seguita"), of="campaign",
              filters=(Filter("campaign", "known"),)),
    _built_in("visits_30_days", "count", ("Pages seen in 30 days", "Pages vues en 30 jours",
                                          "Pagine viste in 30 giorni"), event="Page Viewed", days=30),
    _built_in("refunds_365_days", "count", ("Refunds in a year", "Remboursements en un an", "Rimborsi in un anno"),
              event="Order Refunded", days=365),
)  # fmt: skip
