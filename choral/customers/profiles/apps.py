"""Registers the room with Django."""

from django.apps import AppConfig


class Profiles(AppConfig):
    name = "choral.customers.profiles"
    label = "profiles"
    database = "views"
