"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class Forwarding(AppConfig):
    name = "choral.connectors.forwarding"
    label = "forwarding"
    telling = Telling(
        {
            "forwarding_destination": AUDIT,
            "forwarding_dead": "what could not be delivered; the events themselves stand in the log",
        },
        silent={
            "note_taken": "how far a destination has got",
            "note_refused": "when it is tried again",
            "put_aside": "how far a destination has got; what it did not take is listed",
        },
    )
