"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class Connectors(AppConfig):
    name = "choral.connectors"
    label = "connectors"
    telling = Telling(
        {
            "connectors_cursor": "how far a connector has read; what it read is told as events",
            "connectors_import": AUDIT,
            "connectors_importedrow": "which rows are known; the rows themselves are told as events",
        },
        silent={
            "describe_import": "a draft nobody but its owner sees",
            "note_progress": "the rows themselves are told as events",
        },
    )
