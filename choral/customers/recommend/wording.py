"""Why something is recommended, in a sentence of three languages: the till, the site and the agent say the same."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "fr", "it")
_SENTENCES: dict[str, dict[str, str]] = {
    "again": {
        "en": "Bought {times} times, last {days} days ago",
        "fr": "Acheté {times} fois, la dernière il y a {days} jours",
        "it": "Acquistato {times} volte, l’ultima {days} giorni fa",
    },
    "again_once": {
        "en": "Bought {days} days ago",
        "fr": "Acheté il y a {days} jours",
        "it": "Acquistato {days} giorni fa",
    },
    "again_due": {
        "en": "Bought {times} times, about every {gap} days, last {days} days ago",
        "fr": "Acheté {times} fois, environ tous les {gap} jours, la dernière il y a {days} jours",
        "it": "Acquistato {times} volte, circa ogni {gap} giorni, l’ultima {days} giorni fa",
    },
    "new": {
        "en": "Because you bought {because}",
        "fr": "Parce que vous avez acheté {because}",
        "it": "Perché hai acquistato {because}",
    },
    "together": {
        "en": "Often bought together with {because}",
        "fr": "Souvent acheté avec {because}",
        "it": "Spesso acquistato insieme a {because}",
    },
    "popular": {
        "en": "Bought by {share} of customers in the last four weeks",
        "fr": "Acheté par {share} des clients ces quatre dernières semaines",
        "it": "Acquistato dal {share} dei clienti nelle ultime quattro settimane",
    },
}


@dataclass(frozen=True)
class Reason:
    """Why: a code (`again`, `again_once`, `again_due`, `new`, `together`, `popular`), the product that speaks for it,
    and the sentence in the language asked for."""

    code: str
    because_id: str
    because: str
    text: str


def sentence(code: str, language: str, **values: object) -> str:
    """The sentence of a reason; English where the language is not one of ours."""
    texts = _SENTENCES[code]
    return texts.get(language, texts["en"]).format(**values)


def percent(share: float, language: str) -> str:
    """A share as the language writes it, with a decimal below ten per cent."""
    number = f"{share * 100:.0f}" if share >= 0.1 else f"{share * 100:.1f}"
    if language in ("fr", "it"):
        number = number.replace(".", ",")
    return f"{number}\u202f%" if language == "fr" else f"{number}%"
