"""Bring the royalty terms of the ledger's room into contracts, version by version: each becomes a contract of one rule."""

from django.db import migrations


def bring(apps, schema_editor):
    contracts = apps.get_model("royalties", "ContractVersion")
    contracts.objects.bulk_create(
        contracts(
            party_uid=term.party_uid,
            version=term.version,
            starts_on=term.starts_on,
            terms=terms(term),
            recorded_at=term.recorded_at,
        )
        for term in apps.get_model("ledger", "RoyaltyTerm").objects.order_by("party_uid", "version")
    )


def terms(term):
    rule = {"name": "all sales", "share": term.share}
    if term.use_wholesale:
        rule["wholesale_floor"] = True
    return {"starts_on": term.starts_on.isoformat(), "rule": [rule]}


class Migration(migrations.Migration):
    dependencies = [("royalties", "0001_initial"), ("ledger", "0001_initial")]

    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
