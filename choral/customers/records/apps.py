"""Registers the room with Django."""

from django.apps import AppConfig


class Records(AppConfig):
    name = "choral.customers.records"
    label = "records"
