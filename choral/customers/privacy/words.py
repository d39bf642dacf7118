"""The words of what a person gets to read about themselves, in the languages of the house."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "fr", "it")
_WORDS: Mapping[str, tuple[str, str]] = {
    # sections
    "Personal values": ("Données personnelles", "Dati personali"),
    "Identifiers": ("Identifiants", "Identificativi"),
    "Why these identifiers are one person": (
        "Pourquoi ces identifiants sont une seule personne", "Perché questi identificativi sono una sola persona"),
    "Traits": ("Caractéristiques", "Caratteristiche"),
    "Activity by channel (amounts in minor units)": (
        "Activité par canal (montants en centimes)", "Attività per canale (importi in centesimi)"),
    "Time line": ("Historique", "Cronologia"),
    "Refused events": ("Événements refusés", "Eventi rifiutati"),
    "What staff and programs did": (
        "Ce que le personnel et les programmes ont fait", "Che cosa hanno fatto il personale e i programmi"),
    "Rows of files that wait or were refused": (
        "Lignes de fichiers en attente ou refusées", "Righe di file in attesa o rifiutate"),
    "Audiences": ("Audiences", "Pubblici"),
    "What you agreed to and what you refused": (
        "Ce que vous avez accepté et refusé", "Che cosa ha accettato e rifiutato"),
    "Tokens held": ("Jetons détenus", "Gettoni posseduti"),
    "Tokens borrowed": ("Jetons empruntés", "Gettoni presi in prestito"),
    "Readings of tokens": ("Lectures de jetons", "Letture di gettoni"),
    "Rights of tokens": ("Droits de jetons", "Diritti di gettoni"),
    "Decisions about who is one person": (
        "Décisions sur qui est une seule personne", "Decisioni su chi è una sola persona"),
    "Identifiers with a rule of their own": (
        "Identifiants avec leur propre règle", "Identificativi con una regola propria"),
    "Saved lists": ("Listes enregistrées", "Elenchi salvati"),
    "What was worked out about you": ("Ce qui a été calculé à votre sujet", "Che cosa è stato calcolato su di lei"),
    "Which channels you seem to prefer": ("Les canaux que vous semblez préférer", "I canali che sembra preferire"),
    "share": ("part", "quota"),
    "Requests and restrictions": ("Demandes et limitations", "Richieste e limitazioni"),
    # columns
    "field": ("champ", "campo"), "value": ("valeur", "valore"), "at": ("quand", "quando"),
    "source": ("source", "fonte"), "identifier": ("identifiant", "identificativo"),
    "counts": ("compte", "conta"), "position": ("position", "posizione"), "one": ("l’un", "l’uno"),
    "other": ("l’autre", "l’altro"), "channel": ("canal", "canale"), "currency": ("devise", "valuta"),
    "events": ("événements", "eventi"), "orders": ("commandes", "ordini"), "revenue": ("ventes", "vendite"),
    "refunded": ("remboursé", "rimborsato"), "first at": ("première fois", "prima volta"),
    "last at": ("dernière fois", "ultima volta"), "event": ("événement", "evento"), "amount": ("montant", "importo"),
    "identifiers": ("identifiants", "identificativi"), "properties": ("détails", "dettagli"),
    "context": ("contexte", "contesto"), "received at": ("reçu", "ricevuto"),
    "message id": ("numéro du message", "numero del messaggio"), "why": ("pourquoi", "perché"),
    "action": ("action", "azione"), "subject": ("objet", "oggetto"), "before": ("avant", "prima"),
    "after": ("après", "dopo"), "import": ("import", "importazione"), "file": ("fichier", "file"),
    "row": ("ligne", "riga"), "page": ("page", "pagina"), "name": ("nom", "nome"), "filters": ("filtres", "filtri"),
    "kind": ("genre", "tipo"), "since": ("depuis", "da"), "state": ("état", "stato"),
    "due at": ("échéance", "scadenza"),
    "purpose": ("finalité", "finalità"), "wording": ("texte", "testo"), "basis": ("base légale", "base giuridica"),
    "proof": ("preuve", "prova"), "reason": ("raison", "motivo"), "by": ("par", "da parte di"),
    # the page around them
    "What we know about you": ("Ce que nous savons de vous", "Che cosa sappiamo di lei"),
    "Put together on": ("Établi le", "Preparato il"),
    "This file holds everything {shop} keeps about the person with the identifiers below. Times are UTC.": (
        "Ce fichier contient tout ce que {shop} conserve sur la personne ayant les identifiants ci-dessous."
        " Les heures sont en UTC.",
        "Questo file contiene tutto ciò che {shop} conserva sulla persona con gli identificativi qui sotto."
        " Gli orari sono in UTC."),
    "The same in a form for programs: data.json, and one table a section in the folder tables.": (
        "La même chose pour les programmes : data.json, et un tableau par section dans le dossier tables.",
        "Lo stesso per i programmi: data.json, e una tabella per sezione nella cartella tables."),
    "You may ask us to correct, restrict or erase it, and you may complain to the data protection authority.": (
        "Vous pouvez nous demander de le corriger, de le limiter ou de l’effacer, et vous pouvez saisir l’autorité de"
        " protection des données.",
        "Può chiederci di correggerli, limitarli o cancellarli, e può presentare reclamo all’autorità per la"
        " protezione dei dati."),
    "Nothing is known.": ("Rien n’est connu.", "Non si sa nulla."),
    "yes": ("oui", "sì"), "no": ("non", "no"),
}  # fmt: skip


def word(text: str, language: str) -> str:
    """A text in a language; in English where nobody has translated it (sections of rooms to come)."""
    found = _WORDS.get(text)
    return text if found is None or language == "en" else found[LANGUAGES.index(language) - 1]
