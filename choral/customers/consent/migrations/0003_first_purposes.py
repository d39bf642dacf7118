"""The purposes and texts a shop begins with."""

import tomllib
from pathlib import Path

from django.db import migrations

_FILE = Path(__file__).parent.parent / "purposes.toml"


def fill(apps, editor):
    purpose, wording = apps.get_model("consent", "Purpose"), apps.get_model("consent", "Wording")
    for place, (key, said) in enumerate(tomllib.loads(_FILE.read_text("utf-8")).items(), 1):
        purpose.objects.create(key=key, kind=said["kind"], basis=said["basis"], names=said["names"], place=place)
        wording.objects.create(purpose=key, version=1, texts=said["text"], made_at=0, made_by="system")


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_only_grows")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
