from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("value", models.TextField()),
                ("at", models.BigIntegerField()),
                ("actor", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "subject"), name="recommend_rule_once")],
            },
        ),
    ]
