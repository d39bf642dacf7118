from django.db import migrations

from choral.customers import sets
from choral.customers.audiences.live.tables import EMPTY, TABLES


def make(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        sets.create(cursor, TABLES)


def drop(apps, schema_editor):
    for table in EMPTY:
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunPython(make, drop)]
