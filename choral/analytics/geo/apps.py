"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, FACT, Telling


class Geo(AppConfig):
    name = "choral.analytics.geo"
    label = "geo"
    telling = Telling({"geo_study": FACT, "geo_table": AUDIT})
