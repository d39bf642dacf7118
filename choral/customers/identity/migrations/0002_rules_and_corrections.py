from django.db import migrations

from choral.customers import sets
from choral.customers.identity.tables import PROOF

MADE_BEFORE = (
    "identity_identifier", "identity_link", "identity_state", "identity_withdrawn", "profiles_figure",
    "profiles_trait", "profiles_moment", "profiles_customer", "seen", "duplicates",
)  # fmt: skip


def make(apps, schema_editor):
    """Evidence kept until now does not say who proved what: the worker reads the log again from its beginning."""
    with schema_editor.connection.cursor() as cursor:
        there = set(schema_editor.connection.introspection.table_names(cursor))
        for table in MADE_BEFORE:
            if table in there:
                cursor.execute(f"DELETE FROM {table}")
        sets.create(cursor, PROOF)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE identity_correction")
    schema_editor.execute("DROP TABLE identity_rules")
    schema_editor.execute("DROP INDEX identity_set_aside")
    schema_editor.execute("ALTER TABLE identity_link DROP COLUMN said")
    schema_editor.execute("ALTER TABLE identity_identifier DROP COLUMN proven")


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("profiles", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
