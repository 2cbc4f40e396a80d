"""Guards: what makes the database itself refuse that an issued report is changed, or a number left out.

Files go in first and the issue last; its row closes them. Its number is the next of its series, and nothing of either
is changed, removed or replaced afterwards. Of two that issue at once both see the same last number; the second then
meets the unique key and is refused, so the numbers have no gap and no double.
"""

from __future__ import annotations

from lathe.guards.described import Postgresql, Refusal, Sqlite, Tables
from lathe.guards.keeping import Guards

_CHECKS: dict[str, tuple[Refusal, ...]] = {
    "reports_issue": (
        (
            "what was issued is not issued again",
            (
                "EXISTS (SELECT 1 FROM reports_issue WHERE series = NEW.series AND month = NEW.month"
                " AND currency = NEW.currency AND party_uid IS NEW.party_uid)"
            ),
        ),
        (
            "an issue takes the next number of its series",
            "NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM reports_issue WHERE series = NEW.series)",
        ),
        ("an issue has a file", "NOT EXISTS (SELECT 1 FROM reports_issuedfile WHERE issue_id = NEW.id)"),
    ),
    "reports_issuedfile": (
        ("the issue of this file is closed", "EXISTS (SELECT 1 FROM reports_issue WHERE id = NEW.issue_id)"),
    ),
}
_FUNCTIONS = {
    "lathe_reports_open_file": """
BEGIN
    IF EXISTS (SELECT 1 FROM reports_issue WHERE id = NEW.issue_id) THEN
        RAISE EXCEPTION 'reports: the issue of this file is closed' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
    "lathe_reports_close_issue": """
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM reports_issue WHERE series = NEW.series) THEN
        RAISE EXCEPTION 'reports: an issue takes the next number of its series' USING ERRCODE = '23000';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM reports_issuedfile WHERE issue_id = NEW.id) THEN
        RAISE EXCEPTION 'reports: an issue has a file' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
}
_TRIGGERS = {
    "reports_issue_insert": ("reports_issue", "BEFORE INSERT", "lathe_reports_close_issue"),
    "reports_issuedfile_insert": ("reports_issuedfile", "BEFORE INSERT", "lathe_reports_open_file"),
}

guards = Guards(
    Tables(
        "reports",
        {"reports_issue": (("id",), ("series", "number")), "reports_issuedfile": (("id",), ("issue_id", "report"))},
        Sqlite(checks=_CHECKS),
        Postgresql(_FUNCTIONS, _TRIGGERS),
    )
)
