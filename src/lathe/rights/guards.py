"""Guards: what makes the database itself refuse to change what was decided, its chain, and the history of cases."""

from __future__ import annotations

from lathe.guards.described import Tables
from lathe.guards.keeping import Guards

guards = Guards(
    Tables(
        "rights",
        {
            "rights_decision": (("id",), ("uid",), ("line_uid",)),
            "rights_seal": (("number",), ("decision_id",)),
            "rights_caseevent": (("id",), ("case_id", "number")),
        },
    )
)
