"""Registers the room with Django."""

from django.apps import AppConfig


class IdentityBook(AppConfig):
    name = "choral.customers.identity.book"
    label = "identity_book"
