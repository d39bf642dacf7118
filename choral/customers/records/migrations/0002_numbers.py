from collections.abc import Iterator

from django.db import migrations

from choral.books import SYSTEM
from choral.books.unit_of_work import Tx
from choral.core.clock import SYSTEM_CLOCK
from choral.customers import sets
from choral.customers.records.actions import Value, remember
from choral.customers.records.tables import TABLES

_AT_ONCE = 50_000


def number(apps, schema_editor):
    """Move the values to rows by number, and index them by threes of letters instead of by words."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TABLE records_word")
        cursor.execute("ALTER TABLE records_record RENAME TO records_before")
        sets.create(cursor, TABLES)
        tx = Tx(SYSTEM, SYSTEM_CLOCK.now())
        for values in _before(cursor):
            remember(tx, values)
        cursor.execute("DROP TABLE records_before")


def _before(cursor) -> Iterator[list[Value]]:
    last = 0
    while True:
        cursor.execute(
            "SELECT id, identifier, field, value, at, source FROM records_before WHERE id > %s ORDER BY id LIMIT %s",
            [last, _AT_ONCE],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield [Value(*row[1:]) for row in rows]


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Record")]),
        migrations.RunPython(number),
    ]
