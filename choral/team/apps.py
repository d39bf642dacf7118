"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class Team(AppConfig):
    name = "choral.team"
    label = "team"
    telling = Telling(
        {"team_member": AUDIT, "team_apikey": AUDIT, "team_signinlink": AUDIT},
        silent={
            "note_key_use": "when a key was last used changes nothing",
            "forget_links": "a link that is long over is forgotten",
        },
    )
