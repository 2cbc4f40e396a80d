"""What is to be paid out as a SEPA credit transfer, ISO 20022 pain.001.001.09, made and validated by sepaxml."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from typing import Any, BinaryIO

from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError, try_valid_xml

from lathe.reports.errors import ReportError
from lathe.reports.formats.base import Facts, Subject, Written, plain_name
from lathe.reports.material import Due, Heading, Material

SCHEMA = "pain.001.001.09"
_NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"


class SepaPayouts:
    """One batch, to be executed on the day after it was made. Charges are shared as SEPA wants (SLEV)."""

    facts = Facts(
        name="payouts-sepa",
        sentence="The same as a SEPA credit transfer (pain.001.001.09) for the shop's bank; euro only.",
        subject=Subject.SHOP,
        series="",
        media_type="application/xml",
        suffix=".xml",
        currencies=frozenset({"EUR"}),
        counts=frozenset({"paid"}),
    )

    def file_name(self, material: Material) -> str:
        return plain_name(material, "payouts", self.facts.suffix)

    def write(self, material: Material, out: BinaryIO) -> Written:
        heading, dues = material.heading, material.dues()
        _check(heading, dues)
        transfer = SepaTransfer(_payer(heading), schema=SCHEMA)
        for place, due in enumerate(dues, 1):
            transfer.add_payment(_payment(heading, due, place))
        out.write(_validated(_settled(transfer.export(validate=False), heading)))
        return Written(len(dues), owed_micro=sum(due.amount.micro for due in dues))


def _check(heading: Heading, dues: Any) -> None:
    if not heading.shop.iban:
        raise ReportError(
            "The shop's own bank account is not known. Enter it: lathe reports particulars --shop --iban DE…"
        )
    if not dues:
        raise ReportError(
            f"No settled period pays anybody at the end of {heading.month}. Settle it first: lathe royalties settle"
        )
    missing = [due.party for due in dues if not due.iban]
    if missing:
        raise ReportError(
            f"There is no IBAN of {', '.join(missing)}. Enter it: lathe reports particulars --party NAME --iban …; "
            "or take payouts-csv, which needs none."
        )


def _payer(heading: Heading) -> dict[str, object]:
    shop = heading.shop
    known = {"name": shop.holder or shop.name, "IBAN": shop.iban, "batch": True, "currency": heading.currency}
    return known | ({"BIC": shop.bic} if shop.bic else {})


def _payment(heading: Heading, due: Due, place: int) -> dict[str, object]:
    known = {
        "name": due.holder,
        "IBAN": due.iban,
        "amount": due.amount.minor,
        "execution_date": (heading.made_at + timedelta(days=1)).date(),
        "description": f"Royalties {heading.month}",
        "endtoend_id": f"{_message_id(heading)}-{place}",
    }
    return known | ({"BIC": due.bic} if due.bic else {})


def _message_id(heading: Heading) -> str:
    """At most 35 characters, and the same for the same payouts, so that a bank refuses them twice."""
    return f"ROY-{heading.month}-{heading.made_at:%Y%m%dT%H%M%S}"


def _settled(made: bytes, heading: Heading) -> bytes:
    """Put our moment and names in the place of those that the library takes from the machine's clock and dice."""
    ElementTree.register_namespace("", _NAMESPACE)
    tree = ElementTree.fromstring(made)  # noqa: S314 - see above
    wanted = {
        "MsgId": _message_id(heading),
        "CreDtTm": f"{heading.made_at:%Y-%m-%dT%H:%M:%S}",
        "PmtInfId": f"{_message_id(heading)}-B",
    }
    for tag, text in wanted.items():
        for node in tree.iter(f"{{{_NAMESPACE}}}{tag}"):
            node.text = text
    made_again: bytes = ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return made_again


def _validated(made: bytes) -> bytes:
    try:
        try_valid_xml(made, SCHEMA)
    except ValidationError as wrong:
        raise ReportError(f"The transfer does not keep to {SCHEMA}: {wrong.__cause__ or wrong}"[:600]) from wrong
    return made
