"""Registers the room with Django: the book of audiences. What follows events is `audiences.live`."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, FACT, Telling


class Audiences(AppConfig):
    name = "choral.customers.audiences"
    label = "audiences"
    telling = Telling(
        {
            "audiences_audience": AUDIT,
            "audiences_version": AUDIT,
            "audiences_membership": FACT,
            "audiences_size": "a count of what was told one by one",
        },
        silent={
            "settle": "notes up to where members were told, each told by `move`",
            "carry": "two ids became one person, who stays in",
            "erase": "the rows of somebody who is being forgotten; whoever forgets tells it",
            "freeze": "its list is told as a whole by the audit log",
            "keep_list": "its list is told as a whole by the audit log",
        },
    )
