from django.db import migrations

from choral.customers import sets
from choral.customers.identity.tables import TABLES

MADE = ("identity_identifier", "identity_link", "identity_state", "identity_withdrawn")


def make(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        sets.create(cursor, TABLES)


def drop(apps, schema_editor):
    for table in MADE:
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunPython(make, drop)]
