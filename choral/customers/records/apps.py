"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import Telling


class Records(AppConfig):
    name = "choral.customers.records"
    label = "records"
    telling = Telling(
        {
            "records_record": "its values come from the log; who corrects one tells it",
            "records_subject": "numbers of the identifiers of the values",
            "records_gram": "made from the values",
        }
    )
