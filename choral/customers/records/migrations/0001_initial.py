from django.db import migrations, models

from choral.customers import sets

# As they were then; the next migration makes them anew.
TABLES = (
    """CREATE TABLE records_word (
        word TEXT /*bytes*/ NOT NULL, identifier TEXT NOT NULL, PRIMARY KEY (word, identifier)) /*clustered*/""",
    "CREATE INDEX records_word_of ON records_word (identifier)",
)


def make_words(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        sets.create(cursor, TABLES)


def drop_words(apps, schema_editor):
    schema_editor.execute("DROP TABLE records_word")


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("identifier", models.TextField()),
                ("field", models.TextField()),
                ("value", models.TextField()),
                ("at", models.BigIntegerField()),
                ("source", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["source"], name="records_of_source")],
                "constraints": [
                    models.UniqueConstraint(fields=("identifier", "field", "source"), name="records_once")
                ],
            },
        ),
        migrations.RunPython(make_words, drop_words),
    ]
