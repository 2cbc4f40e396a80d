"""The sales report to record companies: DDEX DSR, Profile for Financial Reporting to Record Companies 1.0.

One SR08 a posting on the label's account. The currency of the sale is that of the accounts, so the rate is 1.
AllocatedRevenue is what buyers paid without tax, AllocatedNetRevenue what the label is owed of it.
"""

from __future__ import annotations

from typing import BinaryIO

from lathe.reports import kinds, rules
from lathe.reports.formats import heads
from lathe.reports.formats.base import Facts, Subject, Written
from lathe.reports.formats.flat import Writer, cell
from lathe.reports.formats.layouts import RECORD_COMPANY_1_0 as LAYOUT
from lathe.reports.kinds import GIVEN, RETURNED, SOLD
from lathe.reports.material import Context, Heading, Item, Material


class RecordCompany:
    """Gifts stand under a summary of their own. Payouts and other entries without a sale are not sales."""

    facts = Facts(
        name="dsr-record-company",
        sentence="DDEX sales report for record companies, a record a sale (SRHE, SY10, SR08, SRFO).",
        subject=Subject.PARTY,
        series="sales",
        media_type="text/tab-separated-values; charset=utf-8",
        suffix=".tsv",
        counts=frozenset({"earned", "units", "net"}),
    )

    def file_name(self, material: Material) -> str:
        return heads.file_name(material, f"{heads.SERVICE}-Label")

    def write(self, material: Material, out: BinaryIO) -> Written:
        writer, heading = Writer(LAYOUT, out), material.heading
        contexts = material.contexts() or [heads.NO_SALES]
        writer.record("SRHE", heads.head(heading, LAYOUT))
        for place, context in enumerate(contexts, 1):
            writer.record("SY10", _summary(context, place, heading))
        places = {(one.is_gift, one.territory): place for place, one in enumerate(contexts, 1)}
        units = owed_micro = net_micro = 0
        for number, item in enumerate((one for one in material.items() if one.line), 1):
            is_gift = kinds.meaning(item.kind) == GIVEN
            writer.record("SR08", _sale(item, number, places[is_gift, item.territory]))
            units += kinds.units(item.kind)
            owed_micro, net_micro = owed_micro + item.owed_micro, net_micro + item.net_micro
        writer.record("SRFO", {"NumberOfLinesInReport": writer.lines + 1, "NumberOfSummaryRecords": len(contexts)})
        writer.flush()
        return Written(writer.lines, units, owed_micro, net_micro)


def _both(name: str, micro: int) -> dict[str, object]:
    amount = rules.short(micro)
    return {f"{name}InCurrencyOfTransaction": amount, f"{name}InCurrencyOfAccounting": amount}


def _summary(context: Context, place: int, heading: Heading) -> dict[str, object]:
    usages = context.usages - context.returns
    return {
        "SummaryRecordId": place,
        "CommercialModel": heads.MODEL[context.is_gift],
        "UseType": heads.USE,
        "ReportingPeriodStartDate": heading.first_day.isoformat(),
        "ReportingPeriodEndDate": heading.last_day.isoformat(),
        "Territory": context.territory,
        "ServiceDescription": heads.SERVICE,
        "Usages": context.usages,
        "AllocatedUsages": usages,
        "Returns": context.returns,
        "MusicUsageRatio": "1",
        "CurrencyOfTransaction": heading.currency,
        "CurrencyOfAccounting": heading.currency,
        "ExchangeRate": "1",
        "DeductionType": "SalesTax",
        **_both("GrossRevenue", context.gross_micro),
        **_both("Deductions", context.tax_micro),
        **_both("NetRevenue", context.net_micro),
        **_both("AllocatedRevenue", context.net_micro),
        **_both("AllocatedNetRevenue", context.owed_micro),
        "SubscriptionFeeInCurrencyOfAccounting": "0.00",
        **_both("FinalTotalAmount", context.owed_micro),
    }


def _sale(item: Item, number: int, summary: int) -> dict[str, object]:
    meaning = kinds.meaning(item.kind)
    usages, returns = int(meaning in (SOLD, GIVEN)), int(meaning == RETURNED)
    return {
        "SalesTransactionId": f"{number}-{item.line}",
        "ReleaseICPN": item.upc,
        "DspReleaseId": item.release_uid,
        "ReleaseTitle": cell(item.release),
        "ResourceISRC": item.isrc,
        "DspResourceId": item.track_uid,
        "ResourceType": "SoundRecording" if item.track_uid else "",
        "ResourceTitle": cell(item.track),
        "SummaryRecordId": summary,
        "SalesTransactionDate": item.occurred_at.date().isoformat(),
        "TotalUsages": usages,
        "Returns": returns,
        "NetUsage": usages - returns,
        **_both("PriceConsumerPaidExcSalesTax", abs(item.net_micro)),
        "RightSharePercentage": "100",
        **_both("CalculatedUnitPrice", abs(item.owed_micro)),
        **_both("AllocatedRevenue", item.net_micro),
        **_both("AllocatedNetRevenue", item.owed_micro),
        "CopyrightObligationWithDSP": "false",
    }
