from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Study",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("question", models.TextField()),
                ("at", models.BigIntegerField()),
                ("actor", models.TextField()),
                ("removed_at", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Table",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("units", models.TextField()),
                ("left_out", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("body", models.BinaryField()),
                ("at", models.BigIntegerField()),
                ("removed_at", models.BigIntegerField(null=True)),
            ],
        ),
    ]
