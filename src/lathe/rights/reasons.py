"""Why something is not for sale: one sentence for the buyer, one for the label that could change it."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """What is wanting. The value is what a buyer reads; `{day}` is filled where the answer has one."""

    NOT_PUBLISHED = "This is not published."
    EMBARGO = "This is not published yet."
    SUSPENDED = "Sales are paused while a question about the rights is cleared up."
    NO_GRANT = "Not for sale: the rights holder has not given this shop a mandate yet."
    GRANT_REPERTOIRE = "Not for sale: the rights holder's mandate does not cover this music."
    GRANT_RIGHT = "Not for sale: the rights holder's mandate does not cover downloads."
    GRANT_STOREFRONT = "The rights holder's mandate does not cover this shop."
    GRANT_TERRITORY = "The rights holder's mandate does not cover your country."
    GRANT_WINDOW = "The rights holder's mandate does not cover today."
    NO_DEAL = "Not for sale yet: there are no terms for it."
    NOT_ALONE = "Sold with its release only."
    DEAL_USE = "Not sold as a download."
    DEAL_STOREFRONT = "Not sold in this shop."
    DEAL_TERRITORY = "Not sold in your country."
    DEAL_WINDOW = "Not for sale today: its sales window is closed."
    PRE_ORDER = "On sale here from {day}."
    NO_PRICE = "Not for sale yet: its price is not known."
    TRACK_MISSING = "Not sold whole in your country: one of its tracks may not be sold there."

    @property
    def sentence(self) -> str:
        return self.value

    @property
    def for_label(self) -> str:
        """What the label or the operator reads: which paper is wanting, and what to do."""
        return _FOR_LABEL[self]

    @property
    def code(self) -> str:
        return self.name.lower()


_FOR_LABEL = {
    Reason.NOT_PUBLISHED: "The operator has taken the release out of the shop. Ask the operator to publish it.",
    Reason.EMBARGO: "An embargo stands: nothing of the release is shown or sold before its end.",
    Reason.SUSPENDED: "A stop sign stands on it, set by hand or by a takedown case. It is lifted when that is settled.",
    Reason.NO_GRANT: "No mandate of the label is on record. Send the signed grant.",
    Reason.GRANT_REPERTOIRE: "The label's grants name other music. Send a grant that names this or the whole label.",
    Reason.GRANT_RIGHT: "The label's grants give other rights. One with the right MakeAvailable is needed.",
    Reason.GRANT_STOREFRONT: "The grants are limited to other storefronts.",
    Reason.GRANT_TERRITORY: "The grants leave this territory out.",
    Reason.GRANT_WINDOW: "The grants do not hold on this day. Send a new one.",
    Reason.NO_DEAL: "No deal is on record: none was sent, or the last message took them back. Send one.",
    Reason.NOT_ALONE: "The track has no deal of its own, so it is sold with its release only (DDEX track release).",
    Reason.DEAL_USE: "The deals are for other commercial models or uses; PayAsYouGoModel/PermanentDownload is needed.",
    Reason.DEAL_STOREFRONT: "The deals are limited to other storefronts.",
    Reason.DEAL_TERRITORY: "The deals leave this territory out.",
    Reason.DEAL_WINDOW: "No deal's window is open at this moment, by the buyer's own time.",
    Reason.PRE_ORDER: "The deal is for pre-order until its window opens; this shop takes no money before that.",
    Reason.NO_PRICE: "The deal names no price, and the operator's rate card has none for its code here and today.",
    Reason.TRACK_MISSING: "One of its tracks is barred in this territory, so the release is not sold whole there.",
}
