"""Which database a room's tables are in: views are kept apart from books so that they can be thrown away."""

from __future__ import annotations

from typing import Any

from django.apps import apps


class ByRoom:
    """Reads `database` of the room's AppConfig ("default" unless it says "views")."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return database_of(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return database_of(obj1._meta.app_label) == database_of(obj2._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return database_of(app_label) == db


def database_of(app_label: str) -> str:
    return getattr(apps.get_app_config(app_label), "database", "default")
