"""The header, the summaries' ids and the file's name: what both profiles check in the same way."""

from __future__ import annotations

import re

from lathe.reports.checking.reading import Cells, Columns, Reader, day, moment

HEAD: Columns = (
    ("MessageVersion", "text!"),
    ("Profile", "text!"),
    ("ProfileVersion", "text!"),
    ("MessageId", "text!"),
    ("MessageCreatedDateTime", "moment!"),
    ("FileNumber", "units!"),
    ("NumberOfFiles", "units!"),
    ("UsageStartDate", "date!"),
    ("UsageEndDate", "date!"),
    ("SenderPartyId", "text!"),
    ("SenderName", "text!"),
    ("ServiceDescription", "text!"),
    ("RecipientPartyId", "text"),
    ("RecipientName", "text"),
    ("RepresentedRepertoire", "refs"),
)
_NAME = re.compile(
    r"DSR_(?P<recipient>[^_]+)_(?P<sender>[^_]+)_(?P<service>[^_]+)_(?P<period>[^_]+)_(?P<territory>[^_]+)"
    r"(_(?P<x>\d+)of(?P<y>\d+))?_(?P<made>\d{8}T\d{6}(\d{3})?)\.tsv"
)
_PERIOD = re.compile(r"\d{4}(-\d\d(-\d\d)?|-Q[1-4]|-W\d\d)?|\d{4}-\d\d-\d\d--\d{4}-\d\d-\d\d")


def check_head(reader: Reader, cells: Cells, profile: str, version: str) -> None:
    """The header by itself, and against the file's name."""
    reader.profile = f"{cells['Profile']} {cells['ProfileVersion']}"
    if (cells["Profile"], cells["ProfileVersion"]) != (profile, version):
        reader.say(1, "profile", f"This is checked as {profile} {version}, and calls itself {reader.profile}.")
    begin, end = day(cells["UsageStartDate"]), day(cells["UsageEndDate"])
    if begin is not None and end is not None and end < begin:
        reader.say(1, "period", f"The period ends on {end} before it begins on {begin}.")
    _check_name(reader, cells)


def _check_name(reader: Reader, cells: Cells) -> None:
    found = _NAME.fullmatch(reader.name)
    if found is None:
        reader.say(
            0, "name", "The name is not DSR_<recipient>_<sender>_<service>_<period>_<territory>_<yyyymmddThhmmss>.tsv."
        )
        return
    made = moment(cells["MessageCreatedDateTime"])
    expected = {
        "recipient": {_bare(cells["RecipientPartyId"]), _bare(cells["RecipientName"])},
        "sender": {_bare(cells["SenderPartyId"]), _bare(cells["SenderName"])},
        "made": {f"{made:%Y%m%dT%H%M%S}"} if made else {found["made"]},
    }
    for part, allowed in expected.items():
        if found[part] not in allowed:
            reader.say(0, "name", f"The {part} in the file's name is {found[part]!r}; the header has another.")
    if not _PERIOD.fullmatch(found["period"]) or not cells["UsageStartDate"].startswith(found["period"][:7]):
        reader.say(0, "name", f"The period in the file's name is {found['period']!r}; the header has another.")


def check_territory(reader: Reader, territories: set[str]) -> None:
    """The territory in the name against those of the summaries."""
    found = _NAME.fullmatch(reader.name)
    if found is not None and len(territories) == 1 and found["territory"] not in territories:
        sentence = f"The territory in the file's name is {found['territory']!r}; the summary has {min(territories)}."
        reader.say(0, "name", sentence)


def _bare(text: str) -> str:
    """A name without what may not stand in a file's name."""
    return re.sub(r"[^A-Za-z0-9-]", "", text) or "unknown"
