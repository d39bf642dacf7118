"""Registers the room with Django."""

from django.apps import AppConfig


class Team(AppConfig):
    name = "choral.team"
    label = "team"
