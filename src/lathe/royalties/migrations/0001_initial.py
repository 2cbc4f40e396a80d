

import lathe.basics.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='MechanicalsVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True)),
                ('starts_on', models.DateField()),
                ('terms', models.JSONField()),
                ('recorded_at', models.DateTimeField(default=lathe.basics.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='ContractVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party_uid', models.UUIDField()),
                ('version', models.PositiveIntegerField()),
                ('starts_on', models.DateField()),
                ('terms', models.JSONField()),
                ('recorded_at', models.DateTimeField(default=lathe.basics.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('party_uid', 'version'), name='contract_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party_uid', models.UUIDField()),
                ('period', models.CharField(max_length=7)),
                ('currency', models.CharField(max_length=3)),
                ('facts', models.JSONField()),
                ('settled_at', models.DateTimeField(default=lathe.basics.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('party_uid', 'period', 'currency'), name='settlement_once')],
            },
        ),
        migrations.CreateModel(
            name='SplitVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_uid', models.UUIDField(help_text='Opaque id of the recording or work.')),
                ('version', models.PositiveIntegerField()),
                ('starts_on', models.DateField()),
                ('whole', models.BigIntegerField()),
                ('shares', models.JSONField()),
                ('recorded_at', models.DateTimeField(default=lathe.basics.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject_uid', 'version'), name='split_version_once')],
            },
        ),
        migrations.CreateModel(
            name='UnitCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party_uid', models.UUIDField()),
                ('period', models.CharField(max_length=7)),
                ('units', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('party_uid', 'period'), name='unit_count_once')],
            },
        ),
    ]
