"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, FACT, Telling


class Access(AppConfig):
    name = "choral.customers.access"
    label = "access"
    telling = Telling(
        {
            "access_token": FACT,
            "access_grant": FACT,
            "access_loan": FACT,
            "access_read": FACT,
            "access_presence": "follows from the readings, which are told",
            "access_place": AUDIT,
        },
        silent={
            "forget_reads": "a reading that is long over is forgotten",
            "erase": "whoever erases a person tells it once for all rooms",
        },
    )
