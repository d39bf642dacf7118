"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class Traits(AppConfig):
    name = "choral.customers.traits"
    label = "traits"
    telling = Telling({"traits_trait": AUDIT})
