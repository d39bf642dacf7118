"""Registers the room with Django."""

from django.apps import AppConfig

from choral.books.telling import AUDIT, Telling


class Recommend(AppConfig):
    name = "choral.customers.recommend"
    label = "recommend"
    telling = Telling({"recommend_rule": AUDIT})
