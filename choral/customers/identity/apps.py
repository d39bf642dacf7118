"""Registers the room with Django."""

from django.apps import AppConfig


class Identity(AppConfig):
    name = "choral.customers.identity"
    label = "identity"
    database = "views"
