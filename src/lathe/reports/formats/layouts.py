"""The cells of DDEX flat-file records, as data: by profile and version. `!` marks a cell that must be filled.

Names and order from DSR Part 8 (Basic Audio Profile 1.4: the records of that version, 5.1 to 5.6 there) and from the
Profile for Financial Reporting to Record Companies 1.0. A recipient may want another version: add its layout here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A profile in one version: for each record its cells after RecordType, and which are mandatory."""

    profile: str
    version: str
    message_version: str
    records: dict[str, tuple[tuple[str, bool], ...]]


def _cells(text: str) -> tuple[tuple[str, bool], ...]:
    return tuple((name.rstrip("!"), name.endswith("!")) for name in text.split())


_HEAD = _cells(
    "MessageVersion! Profile! ProfileVersion! MessageId! MessageCreatedDateTime! FileNumber! NumberOfFiles!"
    " UsageStartDate! UsageEndDate! SenderPartyId! SenderName! ServiceDescription! RecipientPartyId RecipientName"
    " RepresentedRepertoire"
)

BASIC_AUDIO_1_4 = Layout(
    profile="BasicAudioProfile",
    version="1.4",
    message_version="dsrf/1.2/1.11/1.4",
    records={
        "HEAD": _HEAD,
        "SY01.03": _cells(
            "SummaryRecordId! DistributionChannel DistributionChannelDPID CommercialModel! UseType Territory!"
            " ServiceDescription Usages! Subscribers CurrencyOfReporting! NetRevenue! IndirectValue"
            " CurrencyOfTransaction ExchangeRate ExchangeRateSource DateOfCurrencyExchange TotalPlaybackDuration"
        ),
        "RE01.03": _cells(
            "BlockId! ReleaseReference! DspReleaseId! ProprietaryReleaseId ReleaseCatalogNumber ReleaseIcpn"
            " ReleaseDisplayArtistName ReleaseDisplayArtistPartyId ReleaseTitle ReleaseSubTitle ReleaseType"
            " ReleaseLabelName ReleasePLine ReleaseDataProviderName ReleaseDate ReleaseDisplayArtist"
        ),
        "AS02.04": _cells(
            "BlockId! ResourceReference! DspResourceId! ResourceISRC ResourceTitle! ResourceSubTitle"
            " ResourceDisplayArtistName ResourceDisplayArtistPartyId ResourceDuration ResourceType! MusicalWorkISWC"
            " MusicalWorkComposerAuthorName MusicalWorkComposerAuthorPartyId MusicalWorkArrangerName"
            " MusicalWorkArrangerPartyId MusicalWorkPublisherName MusicalWorkPublisherPartyId"
            " MusicalWorkContributorName MusicalWorkContributorPartyId ProprietaryMusicalWorkId IsMasterRecording"
            " IsSubjectToOwnershipConflict LastConflictCheck ResourceDisplayArtist"
        ),
        "RE02": _cells("BlockId! ReleaseReference! DspSubReleaseId! ProprietarySubReleaseId UsedResources!"),
        "SU01.03": _cells(
            "BlockId! SummaryRecordId! SalesTransactionId! TransactedReleaseReference TransactedResourceReference"
            " IsRoyaltyBearing! SalesUpgrade! Usages! Returns! PriceEndUserPaidExcSalesTax PromotionalActivity UseType"
        ),
        "FOOT": _cells(
            "NumberOfLinesInFile! NumberOfLinesInReport! NumberOfSummaryRecords! NumberOfBlocksInFile!"
            " NumberOfBlocksInReport!"
        ),
    },
)

_BOTH = "InCurrencyOfTransaction{0} {1}InCurrencyOfAccounting{2}"


def _pair(name: str, transaction: str = "!", accounting: str = "!") -> str:
    """The two cells of an amount: in the currency of the transaction and in that of the accounts."""
    return name + _BOTH.format(transaction, name, accounting)


RECORD_COMPANY_1_0 = Layout(
    profile="FinancialReportingToRecordCompaniesProfile",
    version="1.0",
    message_version="dsrf/1.2/1.11/1.0",
    records={
        "SRHE": _HEAD,
        "SY10": _cells(
            "SummaryRecordId! DistributionChannelName DistributionChannelDPID CommercialModel! UseType!"
            " ReportingPeriodStartDate! ReportingPeriodEndDate! SubscriberType Subscribers ActiveSubscribers"
            " PromotionalActivity Territory! ServiceDescription OfferType Quality Usages! AllocatedUsages! Returns!"
            " MusicUsageRatio! CurrencyOfTransaction! CurrencyOfAccounting! ExchangeRate! ExchangeRateSource"
            f" DateOfCurrencyExchange {_pair('GrossRevenue', '', '')} CalculationType CalculationValue DeductionType"
            f" {_pair('Deductions')} {_pair('NetRevenue')} {_pair('AllocatedRevenue')} {_pair('AllocatedNetRevenue')}"
            f" RightsControllerMarketShare {_pair('SubscriptionFee', '', '!')} UsageIndependentFeeType"
            f" {_pair('UsageIndependentFee', '', '')} {_pair('FinalTotalAmount')}"
        ),
        "SR08": _cells(
            "SalesTransactionId! ReleaseGRid ReleaseICPN DspReleaseId! LabelReleaseId ProprietaryReleaseId"
            " ReleaseContextReleaseGRid ReleaseType ReleaseTitle ReleaseSubTitle ReleaseDisplayArtistName"
            " ReleaseDisplayArtistPartyId ResourceISRC ResourceISAN DspResourceId LabelResourceId"
            " ProprietaryResourceId ResourceContextReleaseGRid ResourceType ResourceTitle ResourceSubTitle"
            " ResourceDisplayArtistName ResourceDisplayArtistPartyId SummaryRecordId! SalesTransactionDate!"
            f" TotalUsages! Returns! NetUsage! {_pair('WholesalePrice', '', '')}"
            f" {_pair('SuggestedConsumerPrice', '', '')} PriceType PriceRangeType"
            f" {_pair('PriceConsumerPaidExcSalesTax', '', '')} DeductionType {_pair('Deductions', '', '')}"
            f" RightSharePercentage! {_pair('CalculatedUnitPrice')} {_pair('AllocatedRevenue')}"
            f" {_pair('AllocatedNetRevenue')} CopyrightObligationWithDSP!"
        ),
        "SRFO": _cells("NumberOfLinesInReport! NumberOfSummaryRecords!"),
    },
)
