"""The ledger and the texts only grow; entries and proofs go only with an identifier that is being erased."""

from django.db import migrations

_WORDS = "The consent ledger only grows: a new entry corrects an old one."
_FIXED = ("entry", "proof", "wording", "void")
_ERASABLE = ("entry", "proof")


def _sqlite():
    for table in _FIXED:
        yield (
            f"CREATE TRIGGER consent_{table}_update BEFORE UPDATE ON consent_{table}"
            f" BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        )
        unless = (
            " WHEN NOT EXISTS (SELECT 1 FROM consent_erasing WHERE identifier = OLD.identifier)"
            if table in _ERASABLE
            else ""
        )
        yield (
            f"CREATE TRIGGER consent_{table}_delete BEFORE DELETE ON consent_{table}{unless}"
            f" BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        )


def _postgresql():
    raising = f"RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'restrict_violation'"
    yield f"CREATE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raising}; END $$"
    yield (
        "CREATE FUNCTION consent_refuse_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NOT EXISTS (SELECT 1 FROM consent_erasing WHERE identifier = OLD.identifier) THEN"
        f" {raising}; END IF; RETURN OLD; END $$"
    )
    for table in _FIXED:
        verbs = "UPDATE OR TRUNCATE" if table in _ERASABLE else "UPDATE OR DELETE OR TRUNCATE"
        yield (
            f"CREATE TRIGGER consent_{table}_only_grows BEFORE {verbs} ON consent_{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse()"
        )
        if table in _ERASABLE:
            yield (
                f"CREATE TRIGGER consent_{table}_stays BEFORE DELETE ON consent_{table}"
                " FOR EACH ROW EXECUTE FUNCTION consent_refuse_unless_erasing()"
            )


def protect(apps, editor):
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


def release(apps, editor):
    for table in _FIXED:
        if editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                editor.execute(f"DROP TRIGGER consent_{table}_{verb}")
            continue
        editor.execute(f"DROP TRIGGER consent_{table}_only_grows ON consent_{table}")
        if table in _ERASABLE:
            editor.execute(f"DROP TRIGGER consent_{table}_stays ON consent_{table}")
    if editor.connection.vendor != "sqlite":
        editor.execute("DROP FUNCTION consent_refuse()")
        editor.execute("DROP FUNCTION consent_refuse_unless_erasing()")


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
