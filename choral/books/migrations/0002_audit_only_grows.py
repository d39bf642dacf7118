"""Rows of the audit log can be added and never changed or deleted, by whatever way somebody tries."""

from django.db import migrations

_SQLITE = (
    "CREATE TRIGGER books_audit_{verb} BEFORE {verb} ON books_audit"
    " BEGIN SELECT RAISE(ABORT, 'The audit log only grows: its rows are never changed or deleted.'); END"
)
_POSTGRESQL = (
    "CREATE FUNCTION books_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'The audit log only grows: its rows are never changed or deleted.'"
    " USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE TRIGGER books_audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON books_audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION books_audit_only_grows()",
)


def _statements(vendor, sqlite, postgresql):
    return sqlite if vendor == "sqlite" else postgresql


def protect(apps, editor):
    sqlite = [_SQLITE.format(verb=verb) for verb in ("UPDATE", "DELETE")]
    for statement in _statements(editor.connection.vendor, sqlite, _POSTGRESQL):
        editor.execute(statement)


def release(apps, editor):
    sqlite = [f"DROP TRIGGER books_audit_{verb}" for verb in ("UPDATE", "DELETE")]
    postgresql = [
        "DROP TRIGGER books_audit_only_grows ON books_audit",
        "DROP FUNCTION books_audit_only_grows()",
    ]
    for statement in _statements(editor.connection.vendor, sqlite, postgresql):
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
