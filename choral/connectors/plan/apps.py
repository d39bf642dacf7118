"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling

_CONCLUDED = "concluded from the log, and concluded again when asked"


class Plan(AppConfig):
    name = "choral.connectors.plan"
    label = "plan"
    telling = Telling(
        {
            "plan_expected": AUDIT,
            "plan_violation": _CONCLUDED,
            "plan_seen": _CONCLUDED,
            "plan_progress": "how far the log has been checked",
        }
    )
