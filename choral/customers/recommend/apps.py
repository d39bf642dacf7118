"""Registers the room with Django."""

from django.apps import AppConfig


class Recommend(AppConfig):
    name = "choral.customers.recommend"
    label = "recommend"
