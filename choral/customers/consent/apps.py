"""Registers the room with Django."""

from django.apps import AppConfig


class Consent(AppConfig):
    name = "choral.customers.consent"
    label = "consent"
