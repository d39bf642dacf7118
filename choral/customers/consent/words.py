"""The words by which a text message ends messages, or asks for them again, in three languages. Pure."""

from __future__ import annotations

import re

from choral.customers.records.rules import fold

# The words the operators' codes of conduct name, with what people write instead. A whole message or nothing: “I do
# not want to stop” is no STOP.
_STOP = frozenset(
    {
        "stop", "stop sms", "stopsms", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "opt out",
        "optout", "remove me", "no more", "arret", "arreter", "arretez", "stop pub", "stoppub", "desabonnement",
        "desinscription", "desabonner", "me desinscrire", "annuler", "annulla", "basta", "disiscrivi", "disiscrivimi",
        "disiscrizione", "cancella", "cancellami", "rimuovi", "rimuovimi", "ferma", "smettere", "revoca",
    }
)  # fmt: skip
_START = frozenset({"start", "unstop", "yes", "oui", "si", "reprendre", "debut", "inizia", "riprendi", "attiva"})
_SIGNS = re.compile(r"[^a-z0-9]+")


def meaning(text: str) -> str:
    """`stop`, `start` or '' for a whole text message, whatever its case, accents, signs and spaces."""
    plain = _SIGNS.sub(" ", fold(text)[:200]).strip()
    joined = plain.replace(" ", "")
    if plain in _STOP or (joined in _STOP and len(plain) < 30):
        return "stop"
    return "start" if plain in _START else ""
