"""Registers the room with Django."""

from django.apps import AppConfig


class Privacy(AppConfig):
    name = "choral.customers.privacy"
    label = "privacy"
