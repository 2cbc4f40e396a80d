"""What the DDEX sales reports have in common: their header, their file name, and the words for how music is sold."""

from __future__ import annotations

from lathe.reports.formats import flat
from lathe.reports.formats.flat import cell
from lathe.reports.formats.layouts import Layout
from lathe.reports.material import Context, Heading, Material

SERVICE = "Downloads"
WORLD = "Worldwide"
MODEL = {False: "PayAsYouGoModel", True: "FreeOfChargeModel"}
"""By whether it was a gift."""
USE = "PermanentDownload"
NO_SALES = Context(False, WORLD, 0, 0, 0, 0, 0)
"""The summary of a report in which nothing was sold."""


def file_name(material: Material, service: str) -> str:
    """By Part 1, clause 8; the territory is the one there is, or Worldwide."""
    heading = material.heading
    territories = {context.territory for context in material.contexts()}
    where = next(iter(territories)) if len(territories) == 1 else WORLD
    names = (flat.word(one.dpid or one.name) for one in (heading.party, heading.shop))
    return flat.file_name([*names, service, heading.month, where], heading.made_at)


def head(heading: Heading, layout: Layout) -> dict[str, object]:
    """The cells of HEAD and SRHE (Part 8, 5.1.1). A party without a DDEX Party Id is named by its opaque id."""
    shop, party = heading.shop, heading.party
    return {
        "MessageVersion": layout.message_version,
        "Profile": layout.profile,
        "ProfileVersion": layout.version,
        "MessageId": f"{heading.number or 'draft'}-{heading.month}-{party.slug}-{heading.currency}",
        "MessageCreatedDateTime": flat.stamp(heading.made_at),
        "FileNumber": 1,
        "NumberOfFiles": 1,
        "UsageStartDate": heading.first_day.isoformat(),
        "UsageEndDate": heading.last_day.isoformat(),
        "SenderPartyId": cell(shop.dpid or shop.name),
        "SenderName": cell(shop.name),
        "ServiceDescription": SERVICE,
        "RecipientPartyId": cell(party.dpid or str(party.uid or "")),
        "RecipientName": cell(party.name),
    }
