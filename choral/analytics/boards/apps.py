"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class BoardsRoom(AppConfig):
    name = "choral.analytics.boards"
    label = "boards"
    telling = Telling(
        {
            "boards_board": AUDIT,
            "boards_note": AUDIT,
            "boards_query": AUDIT,
            "boards_schedule": AUDIT,
            "boards_server": AUDIT,
            "boards_sending": "each attempt is a row of its own, which is the record",
        },
        silent={"plan_next": "when a schedule is due next follows from its rule and the clock"},
    )
