"""The Basic Audio Profile 1.4, blocks of many records (DSR Parts 1, 3 and 8), as a recipient reads it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from lathe.reports.checking.heads import HEAD, check_head, check_territory
from lathe.reports.checking.reading import Cells, Columns, Reader, number

_RECORDS: dict[str, Columns] = {
    "HEAD": HEAD,
    "SY01.03": (
        ("SummaryRecordId", "text!"),
        ("DistributionChannel", "text"),
        ("DistributionChannelDPID", "text"),
        ("CommercialModel", "model!"),
        ("UseType", "use!"),
        ("Territory", "territory!"),
        ("ServiceDescription", "text"),
        ("Usages", "count!"),
        ("Subscribers", "count"),
        ("CurrencyOfReporting", "currency!"),
        ("NetRevenue", "amount!"),
        ("IndirectValue", "amount"),
        ("CurrencyOfTransaction", "currency"),
        ("ExchangeRate", "amount"),
        ("ExchangeRateSource", "text"),
        ("DateOfCurrencyExchange", "moment"),
        ("TotalPlaybackDuration", "span"),
    ),
    "RE01.03": (
        ("BlockId", "text!"),
        ("ReleaseReference", "text!"),
        ("DspReleaseId", "text!"),
        ("ProprietaryReleaseId", "refs"),
        ("ReleaseCatalogNumber", "text"),
        ("ReleaseIcpn", "icpn"),
        ("ReleaseDisplayArtistName", "text"),
        ("ReleaseDisplayArtistPartyId", "refs"),
        ("ReleaseTitle", "text!"),
        ("ReleaseSubTitle", "text"),
        ("ReleaseType", "text"),
        ("ReleaseLabelName", "text"),
        ("ReleasePLine", "text"),
        ("ReleaseDataProviderName", "text"),
        ("ReleaseDate", "date"),
        ("ReleaseDisplayArtist", "refs"),
    ),
    "AS02.04": (
        ("BlockId", "text!"),
        ("ResourceReference", "text!"),
        ("DspResourceId", "text!"),
        ("ResourceISRC", "isrc"),
        ("ResourceTitle", "text!"),
        ("ResourceSubTitle", "text"),
        ("ResourceDisplayArtistName", "text"),
        ("ResourceDisplayArtistPartyId", "refs"),
        ("ResourceDuration", "span"),
        ("ResourceType", "text!"),
        ("MusicalWorkISWC", "text"),
        *(
            (f"MusicalWork{who}{what}", "refs")
            for who in ("ComposerAuthor", "Arranger")
            for what in ("Name", "PartyId")
        ),
        *((f"MusicalWork{who}{what}", "refs") for who in ("Publisher", "Contributor") for what in ("Name", "PartyId")),
        ("ProprietaryMusicalWorkId", "refs"),
        ("IsMasterRecording", "bool"),
        ("IsSubjectToOwnershipConflict", "bool"),
        ("LastConflictCheck", "date"),
        ("ResourceDisplayArtist", "refs"),
    ),
    "RE02": (
        ("BlockId", "text!"),
        ("ReleaseReference", "text!"),
        ("DspSubReleaseId", "text!"),
        ("ProprietarySubReleaseId", "refs"),
        ("UsedResources", "refs!"),
    ),
    "SU01.03": (
        ("BlockId", "text!"),
        ("SummaryRecordId", "text!"),
        ("SalesTransactionId", "text!"),
        ("TransactedReleaseReference", "text"),
        ("TransactedResourceReference", "text"),
        ("IsRoyaltyBearing", "bool!"),
        ("SalesUpgrade", "bool!"),
        ("Usages", "units!"),
        ("Returns", "units!"),
        ("PriceEndUserPaidExcSalesTax", "price"),
        ("PromotionalActivity", "text"),
        ("UseType", "use"),
    ),
    "FOOT": (
        ("NumberOfLinesInFile", "units!"),
        ("NumberOfLinesInReport", "units"),
        ("NumberOfSummaryRecords", "units!"),
        ("NumberOfBlocksInFile", "units!"),
        ("NumberOfBlocksInReport", "units"),
    ),
}
_MAY_FOLLOW = {
    "": {"HEAD"},
    "HEAD": {"SY01.03"},
    "SY01.03": {"SY01.03", "RE01.03", "FOOT"},
    "RE01.03": {"AS02.04"},
    "AS02.04": {"AS02.04", "RE02", "SU01.03"},
    "RE02": {"RE02", "SU01.03"},
    "SU01.03": {"SU01.03", "RE01.03", "FOOT"},
    "FOOT": set(),
}


def check(reader: Reader) -> None:
    """Read the whole file: order, cells, references inside the blocks, counts, and sums against the summaries."""
    state = _State(reader)
    last = ""
    for kind, cells in reader.records(_RECORDS):
        if kind not in _MAY_FOLLOW[last]:
            reader.say(reader.line, "order", f"{kind} stands after {last or 'nothing'}, where it does not belong.")
        last = kind
        state.take(kind, cells)
    if last != "FOOT":
        reader.say(reader.line, "order", "The file does not end with FOOT.")
    state.finish()


class _State:
    """What is known so far: the summaries with their sums, and the block that is being read."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.stated: dict[str, Cells] = {}
        self.usages: dict[str, Decimal] = defaultdict(Decimal)
        self.revenue: dict[str, Decimal] = defaultdict(Decimal)
        self.block = ""
        self.seen_blocks: set[str] = set()
        self.releases: set[str] = set()
        self.resources: set[str] = set()
        self.transactions: set[str] = set()
        self.read = {
            "HEAD": lambda cells: check_head(reader, cells, "BasicAudioProfile", "1.4"),
            "SY01.03": self.summary,
            "RE01.03": self.release,
            "AS02.04": self.resource,
            "RE02": self.sub_release,
            "SU01.03": self.usage,
            "FOOT": self.foot,
        }

    def take(self, kind: str, cells: Cells) -> None:
        if "BlockId" in cells and kind != "RE01.03" and cells["BlockId"] != self.block:
            self.say("block", f"{kind} says block {cells['BlockId']!r} inside block {self.block!r}.")
        self.read[kind](cells)

    def say(self, code: str, sentence: str) -> None:
        self.reader.say(self.reader.line, code, sentence)

    def summary(self, cells: Cells) -> None:
        name = cells["SummaryRecordId"]
        if name in self.stated:
            self.say("summary", f"There are two summaries {name!r}.")
        self.stated[name] = cells
        self.reader.summaries += 1

    def release(self, cells: Cells) -> None:
        self.block = cells["BlockId"]
        if self.block in self.seen_blocks:
            self.say("block", f"There are two blocks {self.block!r}.")
        self.seen_blocks.add(self.block)
        self.reader.blocks += 1
        self.releases, self.resources = {cells["ReleaseReference"]}, set()

    def resource(self, cells: Cells) -> None:
        self._once(self.resources, cells["ResourceReference"], "resource")

    def sub_release(self, cells: Cells) -> None:
        self._once(self.releases, cells["ReleaseReference"], "release")
        for used in cells["UsedResources"].split("|"):
            if used not in self.resources:
                self.say("reference", f"UsedResources names {used!r}, and the block has no such resource.")

    def _once(self, known: set[str], reference: str, what: str) -> None:
        if reference in known:
            self.say("reference", f"The block has two records with the {what} reference {reference!r}.")
        known.add(reference)

    def usage(self, cells: Cells) -> None:
        self._transacted(cells)
        summary, transaction = cells["SummaryRecordId"], cells["SalesTransactionId"]
        if summary not in self.stated:
            self.say("summary", f"There is no summary {summary!r}.")
        elif self.stated[summary]["CommercialModel"] == "PayAsYouGoModel" and not cells["PriceEndUserPaidExcSalesTax"]:
            self.say("price", "A sale of the PayAsYouGoModel needs its price.")
        if transaction in self.transactions:
            self.say("transaction", f"There are two SU01.03 with the SalesTransactionId {transaction!r}.")
        self.transactions.add(transaction)
        units = number(cells["Usages"]) - number(cells["Returns"])
        self.usages[summary] += units
        self.revenue[summary] += units * number(cells["PriceEndUserPaidExcSalesTax"])

    def _transacted(self, cells: Cells) -> None:
        release, resource = cells["TransactedReleaseReference"], cells["TransactedResourceReference"]
        if bool(release) == bool(resource):
            self.say("reference", "SU01.03 needs a release or a resource, and one of them alone.")
        if release and release not in self.releases:
            self.say("reference", f"The block has no release {release!r}.")
        if resource and resource not in self.resources:
            self.say("reference", f"The block has no resource {resource!r}.")

    def foot(self, cells: Cells) -> None:
        counted = {
            "NumberOfLinesInFile": self.reader.line,
            "NumberOfLinesInReport": self.reader.line,
            "NumberOfSummaryRecords": self.reader.summaries,
            "NumberOfBlocksInFile": self.reader.blocks,
            "NumberOfBlocksInReport": self.reader.blocks,
        }
        for name, count in counted.items():
            if cells[name] and cells[name] != str(count):
                self.say("count", f"{name} is {cells[name]}; there are {count}.")

    def finish(self) -> None:
        """The sums, once everything is read."""
        check_territory(self.reader, {cells["Territory"] for cells in self.stated.values()})
        for name, cells in self.stated.items():
            for cell, found in (("Usages", self.usages[name]), ("NetRevenue", self.revenue[name])):
                if number(cells[cell]) != found:
                    sentence = f"{cell} of summary {name} is {cells[cell]}; its sales come to {found}."
                    self.reader.say(0, "total", sentence)
