"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import Telling


class Books(AppConfig):
    name = "choral.books"
    label = "books"
    telling = Telling(
        {
            "books_outbox": "it is the way facts take",
            "books_idempotency": "it keeps what was answered, not what is true",
            "books_audit": "it is the record itself",
        }
    )
