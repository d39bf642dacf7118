"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, FACT, Telling


class Privacy(AppConfig):
    name = "choral.customers.privacy"
    label = "privacy"
    telling = Telling(
        {
            "privacy_request": AUDIT,
            "privacy_erasure": AUDIT,
            "privacy_erasedposition": "what an erasure is about to do; its end is told",
            "privacy_barred": "part of an erasure, which is told",
            "privacy_restriction": FACT,
            "privacy_retentionrule": AUDIT,
            "privacy_retentionrun": "what a run did; each rule that changes is told",
            "privacy_fieldclass": AUDIT,
        },
        silent={
            "begin_erasure": "asking and end are told",
            "note_step": "asking and end are told",
            "erase_barred": "the erasure it adds to was told",
            "_books": "an erasure tells its end once for all rooms",
        },
    )
