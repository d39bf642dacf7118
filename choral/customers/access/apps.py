"""Registers the room with Django."""

from django.apps import AppConfig


class Access(AppConfig):
    name = "choral.customers.access"
    label = "access"
