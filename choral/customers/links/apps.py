"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class Links(AppConfig):
    name = "choral.customers.links"
    label = "links"
    telling = Telling(
        {
            "links_suggestion": AUDIT,  # what follows from a decision (a merge, a separation) tells its own fact
            "links_costs": AUDIT,
            "links_run": "that somebody had the records compared changes nothing about anybody",
        },
        silent={
            "note_found": "what a comparison finds is nobody's decision",
            "erase": "whoever erases a person tells it once for all rooms",
        },
    )
