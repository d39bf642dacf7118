"""Registers the console with Django (its saved views are the only tables it has)."""

from django.apps import AppConfig


class Console(AppConfig):
    name = "choral.interfaces.web"
    label = "console"
