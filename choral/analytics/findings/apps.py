"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class FindingsRoom(AppConfig):
    name = "choral.analytics.findings"
    label = "finding"
    telling = Telling(
        {
            "finding_away": AUDIT,
            "finding_said": "what the platform concluded and when it said so, kept to be looked back at",
        }
    )
