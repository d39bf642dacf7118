"""Registers the view that follows events for audiences."""

from django.apps import AppConfig


class Following(AppConfig):
    name = "choral.customers.audiences.live"
    label = "following"
    database = "views"
