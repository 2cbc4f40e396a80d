"""The Profile for Financial Reporting to Record Companies 1.0 (SRHE, SY10, SR08, SRFO), as a label reads it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from lathe.reports.checking.heads import HEAD, check_head, check_territory
from lathe.reports.checking.reading import Cells, Columns, Reader, number


def _in_both(name: str, kind: str) -> Columns:
    return ((f"{name}InCurrencyOfTransaction", kind), (f"{name}InCurrencyOfAccounting", kind))


_RECORDS: dict[str, Columns] = {
    "SRHE": HEAD,
    "SY10": (
        ("SummaryRecordId", "text!"),
        ("DistributionChannelName", "text"),
        ("DistributionChannelDPID", "text"),
        ("CommercialModel", "model!"),
        ("UseType", "use!"),
        ("ReportingPeriodStartDate", "date!"),
        ("ReportingPeriodEndDate", "date!"),
        ("SubscriberType", "text"),
        ("Subscribers", "count"),
        ("ActiveSubscribers", "count"),
        ("PromotionalActivity", "text"),
        ("Territory", "territory!"),
        ("ServiceDescription", "text"),
        ("OfferType", "text"),
        ("Quality", "text"),
        ("Usages", "units!"),
        ("AllocatedUsages", "count!"),
        ("Returns", "units!"),
        ("MusicUsageRatio", "amount!"),
        ("CurrencyOfTransaction", "currency!"),
        ("CurrencyOfAccounting", "currency!"),
        ("ExchangeRate", "amount!"),
        ("ExchangeRateSource", "text"),
        ("DateOfCurrencyExchange", "moment"),
        *_in_both("GrossRevenue", "amount"),
        ("CalculationType", "text"),
        ("CalculationValue", "text"),
        ("DeductionType", "text"),
        *_in_both("Deductions", "amount!"),
        *_in_both("NetRevenue", "amount!"),
        *_in_both("AllocatedRevenue", "amount!"),
        *_in_both("AllocatedNetRevenue", "amount!"),
        ("RightsControllerMarketShare", "amount"),
        ("SubscriptionFeeInCurrencyOfTransaction", "amount"),
        ("SubscriptionFeeInCurrencyOfAccounting", "amount!"),
        ("UsageIndependentFeeType", "text"),
        *_in_both("UsageIndependentFee", "amount"),
        *_in_both("FinalTotalAmount", "amount!"),
    ),
    "SR08": (
        ("SalesTransactionId", "text!"),
        ("ReleaseGRid", "text"),
        ("ReleaseICPN", "icpn"),
        ("DspReleaseId", "text!"),
        ("LabelReleaseId", "text"),
        ("ProprietaryReleaseId", "refs"),
        ("ReleaseContextReleaseGRid", "text"),
        ("ReleaseType", "text"),
        ("ReleaseTitle", "text"),
        ("ReleaseSubTitle", "text"),
        ("ReleaseDisplayArtistName", "text"),
        ("ReleaseDisplayArtistPartyId", "refs"),
        ("ResourceISRC", "isrc"),
        ("ResourceISAN", "text"),
        ("DspResourceId", "text"),
        ("LabelResourceId", "text"),
        ("ProprietaryResourceId", "refs"),
        ("ResourceContextReleaseGRid", "text"),
        ("ResourceType", "text"),
        ("ResourceTitle", "text"),
        ("ResourceSubTitle", "text"),
        ("ResourceDisplayArtistName", "text"),
        ("ResourceDisplayArtistPartyId", "refs"),
        ("SummaryRecordId", "text!"),
        ("SalesTransactionDate", "date!"),
        ("TotalUsages", "units!"),
        ("Returns", "units!"),
        ("NetUsage", "count!"),
        *_in_both("WholesalePrice", "price"),
        *_in_both("SuggestedConsumerPrice", "price"),
        ("PriceType", "text"),
        ("PriceRangeType", "text"),
        *_in_both("PriceConsumerPaidExcSalesTax", "price"),
        ("DeductionType", "text"),
        *_in_both("Deductions", "amount"),
        ("RightSharePercentage", "price!"),
        *_in_both("CalculatedUnitPrice", "price!"),
        *_in_both("AllocatedRevenue", "amount!"),
        *_in_both("AllocatedNetRevenue", "amount!"),
        ("CopyrightObligationWithDSP", "bool!"),
    ),
    "SRFO": (("NumberOfLinesInReport", "units!"), ("NumberOfSummaryRecords", "units!")),
}
_MAY_FOLLOW = {
    "": {"SRHE"},
    "SRHE": {"SY10"},
    "SY10": {"SY10", "SR08", "SRFO"},
    "SR08": {"SR08", "SRFO"},
    "SRFO": set(),
}
_SUMMED = {
    "Usages": "TotalUsages",
    "Returns": "Returns",
    "AllocatedUsages": "NetUsage",
    "AllocatedRevenueInCurrencyOfAccounting": "AllocatedRevenueInCurrencyOfAccounting",
    "AllocatedNetRevenueInCurrencyOfAccounting": "AllocatedNetRevenueInCurrencyOfAccounting",
    "FinalTotalAmountInCurrencyOfAccounting": "AllocatedNetRevenueInCurrencyOfAccounting",
}
"""Cells of a summary, and the cell of its sales that must add up to each."""


def check(reader: Reader) -> None:
    """Read the whole file: order, cells, counts, and sums against the summaries."""
    stated: dict[str, Cells] = {}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    seen: set[str] = set()
    last = ""
    for kind, cells in reader.records(_RECORDS):
        if kind not in _MAY_FOLLOW[last]:
            reader.say(reader.line, "order", f"{kind} stands after {last or 'nothing'}, where it does not belong.")
        last = kind
        if kind == "SRHE":
            check_head(reader, cells, "FinancialReportingToRecordCompaniesProfile", "1.0")
        elif kind == "SY10":
            _summary(reader, stated, cells)
        elif kind == "SR08":
            _sale(reader, stated, seen, cells)
            for cell in set(_SUMMED.values()):
                sums[cells["SummaryRecordId"]][cell] += number(cells[cell])
        else:
            _foot(reader, cells)
    if last != "SRFO":
        reader.say(reader.line, "order", "The file does not end with SRFO.")
    check_territory(reader, {cells["Territory"] for cells in stated.values()})
    _totals(reader, stated, sums)


def _summary(reader: Reader, stated: dict[str, Cells], cells: Cells) -> None:
    name = cells["SummaryRecordId"]
    if name in stated:
        reader.say(reader.line, "summary", f"There are two summaries {name!r}.")
    gross, less, net = (
        number(cells[f"{what}InCurrencyOfAccounting"]) for what in ("GrossRevenue", "Deductions", "NetRevenue")
    )
    if gross - less != net:
        reader.say(reader.line, "total", f"Summary {name}: gross {gross} less deductions {less} is not {net}.")
    stated[name] = cells
    reader.summaries += 1


def _sale(reader: Reader, stated: dict[str, Cells], seen: set[str], cells: Cells) -> None:
    name, transaction = cells["SummaryRecordId"], cells["SalesTransactionId"]
    if name not in stated:
        reader.say(reader.line, "summary", f"There is no summary {name!r}.")
    if transaction in seen:
        reader.say(reader.line, "transaction", f"There are two SR08 with the SalesTransactionId {transaction!r}.")
    seen.add(transaction)
    if number(cells["TotalUsages"]) - number(cells["Returns"]) != number(cells["NetUsage"]):
        reader.say(reader.line, "total", "TotalUsages less Returns is not NetUsage.")


def _foot(reader: Reader, cells: Cells) -> None:
    for name, count in (("NumberOfLinesInReport", reader.line), ("NumberOfSummaryRecords", reader.summaries)):
        if cells[name] != str(count):
            reader.say(reader.line, "count", f"{name} is {cells[name]}; there are {count}.")


def _totals(reader: Reader, stated: dict[str, Cells], sums: dict[str, dict[str, Decimal]]) -> None:
    for name, cells in stated.items():
        for cell, of in _SUMMED.items():
            if number(cells[cell]) != sums[name][of]:
                sentence = f"{cell} of summary {name} is {cells[cell]}; its sales come to {sums[name][of]}."
                reader.say(0, "total", sentence)
