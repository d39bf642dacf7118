"""Registers the room with Django."""

from django.apps import AppConfig


class Connectors(AppConfig):
    name = "choral.connectors"
    label = "connectors"
