"""Registers the room with Django."""

from django.apps import AppConfig


class Books(AppConfig):
    name = "choral.books"
    label = "books"
