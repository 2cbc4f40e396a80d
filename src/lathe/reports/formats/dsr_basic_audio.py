"""The sales report to licensors of works and recordings: DDEX DSR, Basic Audio Profile 1.4, many records a block.

One SU01.03 counts all units of one track or release at one price in one territory; the itemised sales are in the
statement. A price corrected after the sale is a unit taken back at the old price and one counted at the new.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from lathe.reports import rules
from lathe.reports.formats import heads
from lathe.reports.formats.base import Facts, Subject, Written
from lathe.reports.formats.flat import Writer, cell, several
from lathe.reports.formats.layouts import BASIC_AUDIO_1_4 as LAYOUT
from lathe.reports.material import Block, Context, Material, Resource, Usage


class BasicAudio:
    """A file with no block is a legal report of no sales; it keeps one summary of nothing."""

    facts = Facts(
        name="dsr",
        sentence="DDEX sales report, Basic Audio Profile 1.4, for licensors of works and recordings.",
        subject=Subject.PARTY,
        series="dsr",
        media_type="text/tab-separated-values; charset=utf-8",
        suffix=".tsv",
        counts=frozenset({"units", "net"}),
    )

    def file_name(self, material: Material) -> str:
        return heads.file_name(material, heads.SERVICE)

    def write(self, material: Material, out: BinaryIO) -> Written:
        writer = Writer(LAYOUT, out)
        contexts = material.contexts() or [heads.NO_SALES]
        writer.record("HEAD", heads.head(material.heading, LAYOUT))
        for place, context in enumerate(contexts, 1):
            writer.record("SY01.03", _summary(context, place, material.heading.currency))
        body = _Body(writer, contexts)
        for block in material.blocks():
            body.block(block)
        _foot(writer, len(contexts), body.blocks)
        writer.flush()
        return Written(writer.lines, body.units, net_micro=body.net_micro)


def _summary(context: Context, place: int, currency: str) -> dict[str, object]:
    return {
        "SummaryRecordId": place,
        "CommercialModel": heads.MODEL[context.is_gift],
        "UseType": heads.USE,
        "Territory": context.territory,
        "ServiceDescription": heads.SERVICE,
        "Usages": context.usages - context.returns,
        "CurrencyOfReporting": currency,
        "NetRevenue": rules.short(context.net_micro),
    }


def _foot(writer: Writer, summaries: int, blocks: int) -> None:
    lines = writer.lines + 1
    writer.record(
        "FOOT",
        {
            "NumberOfLinesInFile": lines,
            "NumberOfLinesInReport": lines,
            "NumberOfSummaryRecords": summaries,
            "NumberOfBlocksInFile": blocks,
            "NumberOfBlocksInReport": blocks,
        },
    )


class _Body:
    """Writes the blocks, and counts what it wrote."""

    def __init__(self, writer: Writer, contexts: Sequence[Context]) -> None:
        self._writer = writer
        self._summaries = {(one.is_gift, one.territory): place for place, one in enumerate(contexts, 1)}
        self.blocks = self.units = self.net_micro = self._transactions = 0

    def block(self, block: Block) -> None:
        """A release, its tracks that were used (all, where it was sold whole), tracks sold alone, and the units."""
        self.blocks += 1
        release, alone = block.release, {usage.track_uid for usage in block.usages}
        used = [one for one in release.resources if "" in alone or one.uid in alone]
        self._writer.record(
            "RE01.03",
            {
                "BlockId": self.blocks,
                "ReleaseReference": 1,
                "DspReleaseId": release.uid,
                "ReleaseCatalogNumber": cell(release.catalogue_number),
                "ReleaseIcpn": release.upc,
                "ReleaseDisplayArtistName": cell(release.artist),
                "ReleaseTitle": cell(release.title),
                "ReleaseLabelName": cell(release.label),
                "ReleaseDate": release.released_on.isoformat(),
            },
        )
        references = self._resources(used)
        releases = {"": 1} | self._alone([one for one in used if one.uid in alone], references)
        for usage in block.usages:
            self._usage(usage, releases)

    def _resources(self, used: list[Resource]) -> dict[str, int]:
        for place, resource in enumerate(used, 1):
            self._writer.record(
                "AS02.04",
                {
                    "BlockId": self.blocks,
                    "ResourceReference": place,
                    "DspResourceId": resource.uid,
                    "ResourceISRC": resource.isrc,
                    "ResourceTitle": cell(resource.title),
                    "ResourceDisplayArtistName": cell(resource.artist),
                    "ResourceDuration": _duration(resource.duration_s),
                    "ResourceType": "SoundRecording",
                    "MusicalWorkComposerAuthorName": several(resource.composers),
                    "IsMasterRecording": "true",
                },
            )
        return {resource.uid: place for place, resource in enumerate(used, 1)}

    def _alone(self, sold: list[Resource], references: dict[str, int]) -> dict[str, int]:
        """A sub-release for each track that was sold by itself; the references of them by track."""
        for place, resource in enumerate(sold, 2):
            cells = {"BlockId": self.blocks, "ReleaseReference": place, "DspSubReleaseId": resource.uid}
            self._writer.record("RE02", {**cells, "UsedResources": references[resource.uid]})
        return {resource.uid: place for place, resource in enumerate(sold, 2)}

    def _usage(self, usage: Usage, releases: dict[str, int]) -> None:
        self._transactions += 1
        self.units += 0 if usage.is_gift else usage.usages - usage.returns
        self.net_micro += usage.net_micro
        self._writer.record(
            "SU01.03",
            {
                "BlockId": self.blocks,
                "SummaryRecordId": self._summaries[usage.is_gift, usage.territory],
                "SalesTransactionId": self._transactions,
                "TransactedReleaseReference": releases[usage.track_uid],
                "IsRoyaltyBearing": "true",
                "SalesUpgrade": "true" if usage.is_upgrade else "false",
                "Usages": usage.usages,
                "Returns": usage.returns,
                "PriceEndUserPaidExcSalesTax": rules.short(usage.price_micro),
                "UseType": heads.USE,
            },
        )


def _duration(seconds: int) -> str:
    """ISO 8601, without parts that are nought: PT3M12S."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{rest}S"
