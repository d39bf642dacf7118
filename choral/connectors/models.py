"""What is remembered of connected systems and of imported files."""

from __future__ import annotations

from django.db import models


class Cursor(models.Model):
    """How far a stream of a connector has been read; moved on once what was read is on disk."""

    connector = models.CharField(max_length=60)
    stream = models.CharField(max_length=60)
    cursor = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connector", "stream"], name="connectors_cursor_once")]


class Import(models.Model):
    """A file on its way in. `reading` and `columns` say how it is understood, `result` what became of it."""

    id = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=12, db_index=True)
    size = models.BigIntegerField()
    by = models.CharField(max_length=120)
    created_at = models.BigIntegerField(db_index=True)
    started_at = models.BigIntegerField(null=True)
    finished_at = models.BigIntegerField(null=True)
    reading = models.JSONField()
    columns = models.JSONField()
    result = models.JSONField(default=dict)


class ImportedRow(models.Model):
    """What an import brought: a thing's key and content as hashes, so that the same again is known as unchanged."""

    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    content = models.BigIntegerField()
    import_id = models.CharField(max_length=32, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="connectors_imported_once")]
