"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, FACT, Telling


class Consent(AppConfig):
    name = "choral.customers.consent"
    label = "consent"
    telling = Telling(
        {
            "consent_purpose": AUDIT,
            "consent_wording": AUDIT,
            "consent_entry": FACT,
            "consent_proof": "it belongs to its entry, which is told; being personal it is not",
            "consent_void": "a source that was withdrawn is told by whoever withdraws it",
            "consent_erasing": "empty but while an erasure lasts",
            "consent_link": "the handle of a link says nothing; ending one is audited",
            "consent_register": AUDIT,
            "consent_registered": "they belong to their list",
        },
        silent={"erase": "whoever erases a person tells it once for all rooms"},
    )
