"""Minors are looked for often and are few: an index of birthdays alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0002_numbers")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX records_birthday ON records_record (value) WHERE field = 'birthday'",
            "DROP INDEX records_birthday",
        )
    ]
