"""What is to be paid out, as a table: for a bank that takes no SEPA file, and for every currency."""

from __future__ import annotations

from typing import BinaryIO

from lathe.reports.formats import table
from lathe.reports.formats.base import Facts, Subject, Written, plain_name
from lathe.reports.material import Material

COLUMNS = ("party", "party_uid", "amount", "currency", "holder", "iban", "bic", "reference")


class PayoutTable:
    """A line for each party that its settled period pays; the bank details may be empty."""

    facts = Facts(
        name="payouts-csv",
        sentence="What the settled periods pay each party, with its bank details.",
        subject=Subject.SHOP,
        series="",
        media_type="text/csv; charset=utf-8",
        suffix=".csv",
        counts=frozenset({"paid"}),
    )

    def file_name(self, material: Material) -> str:
        return plain_name(material, "payouts", self.facts.suffix)

    def write(self, material: Material, out: BinaryIO) -> Written:
        heading, dues = material.heading, material.dues()
        rows = [
            (
                *(table.safe(due.party), due.party_uid, due.amount.major, heading.currency),
                *(table.safe(due.holder), due.iban, due.bic, f"Royalties {heading.month}"),
            )
            for due in dues
        ]
        table.write(out, COLUMNS, rows)
        return Written(len(rows), owed_micro=sum(due.amount.micro for due in dues))
