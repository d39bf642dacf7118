"""Brings the tables of books and views up to date, once per home and version."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

_SCHEMAS = {"default": "books", "views": "views"}


def migrate() -> None:
    """Apply what is missing on both databases; on PostgreSQL make their schemas first."""
    for alias, schema in _SCHEMAS.items():
        connection = connections[alias]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, verbosity=0, interactive=False, stdout=StringIO())
