"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import FACT, Telling


class Experiments(AppConfig):
    name = "choral.analytics.experiments"
    label = "experiments"
    telling = Telling(
        {
            "experiments_experiment": FACT,
            "experiments_arm": FACT,
            "experiments_assignment": FACT,
        },
        silent={"erase": "whoever erases a person tells it once for all rooms"},
    )
