"""Registers the room with Django."""

from django.apps import AppConfig


class Traits(AppConfig):
    name = "choral.customers.traits"
    label = "traits"
