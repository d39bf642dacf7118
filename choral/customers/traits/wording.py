"""What a computed trait means, as a sentence in three languages: console, API and command line say the same."""

from __future__ import annotations

from collections.abc import Callable

from choral.customers.traits.definitions import Definition, Filter

_KINDS: dict[str, dict[str, str]] = {
    "count": {"en": "How many times: {what}", "fr": "Nombre de fois : {what}", "it": "Numero di volte: {what}"},
    "sum": {"en": "Sum of {of}: {what}", "fr": "Somme de {of} : {what}", "it": "Somma di {of}: {what}"},
    "average": {"en": "Average of {of}: {what}", "fr": "Moyenne de {of} : {what}", "it": "Media di {of}: {what}"},
    "min": {"en": "Smallest {of}: {what}", "fr": "Plus petite valeur de {of} : {what}",
            "it": "Valore minimo di {of}: {what}"},
    "max": {"en": "Greatest {of}: {what}", "fr": "Plus grande valeur de {of} : {what}",
            "it": "Valore massimo di {of}: {what}"},
    "first": {"en": "First {of}: {what}", "fr": "Premier {of} : {what}", "it": "Primo {of}: {what}"},
    "last": {"en": "Last {of}: {what}", "fr": "Dernier {of} : {what}", "it": "Ultimo {of}: {what}"},
    "favourite": {"en": "Most frequent {of}: {what}", "fr": "{of} le plus fréquent : {what}",
                  "it": "{of} più frequente: {what}"},
    "distinct": {"en": "How many different ones of {of}: {what}",
                 "fr": "Nombre de valeurs différentes de {of} : {what}",
                 "it": "Numero di valori diversi di {of}: {what}"},
    "days_since": {"en": "Whole days since the last of: {what}", "fr": "Jours entiers depuis le dernier : {what}",
                   "it": "Giorni interi dall’ultimo: {what}"},
    "exists": {"en": "Whether there is any: {what}", "fr": "S’il y en a : {what}", "it": "Se ce n’è: {what}"},
    "share": {"en": "Share of {of} among: {what}",
              "fr": "Part de {of} parmi : {what}", "it": "Quota di {of} tra: {what}"},
}  # fmt: skip
_FIELDS: dict[str, dict[str, str]] = {
    "": {"en": "rows", "fr": "lignes", "it": "righe"},
    "at": {"en": "moment", "fr": "moment", "it": "momento"},
    "amount": {"en": "amount", "fr": "montant", "it": "importo"},
    "total": {"en": "amount", "fr": "montant", "it": "importo"},
    "discount": {"en": "discount", "fr": "remise", "it": "sconto"},
    "quantity": {"en": "quantity", "fr": "quantité", "it": "quantità"},
    "name": {"en": "event", "fr": "événement", "it": "evento"},
    "channel": {"en": "channel", "fr": "canal", "it": "canale"},
    "source": {"en": "source", "fr": "source", "it": "fonte"},
    "order_id": {"en": "order number", "fr": "numéro de commande", "it": "numero d’ordine"},
    "campaign": {"en": "campaign", "fr": "campagne", "it": "campagna"},
    "place": {"en": "store", "fr": "magasin", "it": "negozio"},
    "store": {"en": "store", "fr": "magasin", "it": "negozio"},
    "label": {"en": "detail", "fr": "détail", "it": "dettaglio"},
    "product": {"en": "product", "fr": "produit", "it": "prodotto"},
    "department": {"en": "department", "fr": "rayon", "it": "reparto"},
    "category": {"en": "category", "fr": "catégorie", "it": "categoria"},
    "brand": {"en": "brand", "fr": "marque", "it": "marca"},
}
_OPERATORS: dict[str, dict[str, str]] = {
    "is": {"en": "{field} is “{value}”", "fr": "{field} est « {value} »", "it": "{field} è «{value}»"},
    "is_not": {"en": "{field} is not “{value}”", "fr": "{field} n’est pas « {value} »",
               "it": "{field} non è «{value}»"},
    "contains": {"en": "{field} contains “{value}”", "fr": "{field} contient « {value} »",
                 "it": "{field} contiene «{value}»"},
    "more": {"en": "{field} is more than {value}", "fr": "{field} dépasse {value}", "it": "{field} supera {value}"},
    "less": {"en": "{field} is less than {value}", "fr": "{field} est inférieur à {value}",
             "it": "{field} è inferiore a {value}"},
    "known": {"en": "{field} is known", "fr": "{field} est connu", "it": "{field} è noto"},
}  # fmt: skip
_PARTS: dict[str, dict[str, str]] = {
    "any": {"en": "all events", "fr": "tous les événements", "it": "tutti gli eventi"},
    "event": {"en": "“{event}”", "fr": "« {event} »", "it": "«{event}»"},
    "lines": {"en": "order lines (refunds apart)", "fr": "lignes de commande (hors remboursements)",
              "it": "righe d’ordine (rimborsi esclusi)"},
    "where": {"en": ", where {conditions}", "fr": ", où {conditions}", "it": ", dove {conditions}"},
    "and": {"en": " and ", "fr": " et ", "it": " e "},
    "through": {"en": ", on the channel {channel}", "fr": ", sur le canal {channel}", "it": ", sul canale {channel}"},
    "days": {"en": ", in the last {days} days", "fr": ", ces {days} derniers jours",
             "it": ", negli ultimi {days} giorni"},
    "ever": {"en": ", since the beginning", "fr": ", depuis le début", "it": ", dall’inizio"},
}  # fmt: skip


def sentence(one: Definition, language: str, event: Callable[[str], str] = str) -> str:
    """The definition in words; `event` may say the names of events in the reader's language."""
    language = language if language in ("en", "fr", "it") else "en"
    what = _PARTS["lines" if one.source == "lines" else "event" if one.event else "any"][language]
    what = what.format(event=event(one.event))
    if one.channel:
        what += _PARTS["through"][language].format(channel=one.channel)
    if one.filters:
        conditions = _PARTS["and"][language].join(_condition(condition, language) for condition in one.filters)
        what += _PARTS["where"][language].format(conditions=conditions)
    what += _PARTS["ever" if one.days is None else "days"][language].format(days=one.days)
    text = _KINDS[one.kind][language].format(of=_FIELDS[one.of][language], what=what)
    return text[0].upper() + text[1:] + "."


def _condition(one: Filter, language: str) -> str:
    value = f"{float(one.value) / 100:g}" if one.field in ("amount", "total", "discount") and one.value else one.value
    return _OPERATORS[one.operator][language].format(field=_FIELDS[one.field][language], value=value)
