from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Erasing',
            fields=[
                ('identifier', models.TextField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('identifier', models.TextField(primary_key=True, serialize=False)),
                ('handle', models.CharField(max_length=32, unique=True)),
                ('made_at', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('basis', models.CharField(max_length=24)),
                ('names', models.JSONField()),
                ('place', models.IntegerField(default=0)),
                ('retired_at', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Register',
            fields=[
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('listed_on', models.DateField()),
                ('loaded_at', models.BigIntegerField()),
                ('loaded_by', models.CharField(max_length=120)),
                ('numbers', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Void',
            fields=[
                ('origin', models.TextField(primary_key=True, serialize=False)),
                ('at', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.TextField(unique=True)),
                ('identifier', models.TextField()),
                ('purpose', models.TextField()),
                ('channel', models.TextField()),
                ('state', models.TextField()),
                ('until', models.BigIntegerField(null=True)),
                ('wording', models.IntegerField(null=True)),
                ('basis', models.TextField()),
                ('place', models.TextField()),
                ('origin', models.TextField()),
                ('actor', models.TextField()),
                ('at', models.BigIntegerField()),
                ('recorded', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['identifier', 'purpose', 'channel'], name='consent_of_identifier'), models.Index(fields=['purpose', 'channel', 'identifier'], name='consent_of_purpose'), models.Index(fields=['origin'], name='consent_of_origin')],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('entry', models.BigIntegerField(primary_key=True, serialize=False)),
                ('identifier', models.TextField()),
                ('said', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['identifier'], name='consent_proof_of')],
            },
        ),
        migrations.CreateModel(
            name='Registered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=40)),
                ('identifier', models.TextField()),
                ('since', models.BigIntegerField()),
                ('load', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['identifier'], name='consent_registered_of')],
                'constraints': [models.UniqueConstraint(fields=('register', 'identifier'), name='consent_registered_once')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('version', models.IntegerField()),
                ('texts', models.JSONField()),
                ('made_at', models.BigIntegerField()),
                ('made_by', models.CharField(max_length=120)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('purpose', 'version'), name='consent_wording_once')],
            },
        ),
    ]
