"""Registers the console with Django (its saved views are the only tables it has)."""

from django.apps import AppConfig

from choral.books.telling import Telling


class Console(AppConfig):
    name = "choral.interfaces.web"
    label = "console"
    telling = Telling({"console_savedview": "how one member likes a list, of no concern to others"})
