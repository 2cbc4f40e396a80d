"""Guards: the database itself refuses to change, remove or replace terms and settlements, and uneven splits."""

from __future__ import annotations

from lathe.guards.described import Postgresql, Sqlite, Tables
from lathe.guards.keeping import Guards

_SPLITS = "royalties_splitversion"
_SQLITE_UNEVEN = (
    "(SELECT sum(CAST(json_extract(value, '$.count') AS INTEGER)) FROM json_each(NEW.shares)) IS NOT NEW.whole"
    " OR EXISTS (SELECT 1 FROM json_each(NEW.shares) WHERE coalesce(json_extract(value, '$.count'), 0) <= 0)"
)
_FUNCTIONS = {
    "lathe_royalties_split": """
BEGIN
    IF (SELECT sum((item->>'count')::bigint) FROM jsonb_array_elements(NEW.shares) AS item) IS DISTINCT FROM NEW.whole
        OR EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.shares) AS item
                   WHERE coalesce((item->>'count')::bigint, 0) <= 0) THEN
        RAISE EXCEPTION 'royalties: the shares of a split make one' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
}

guards = Guards(
    Tables(
        "royalties",
        {
            "royalties_contractversion": (("id",), ("party_uid", "version")),
            "royalties_mechanicalsversion": (("id",), ("version",)),
            _SPLITS: (("id",), ("subject_uid", "version")),
            "royalties_settlement": (("id",), ("party_uid", "period", "currency")),
        },
        Sqlite(checks={_SPLITS: (("the shares of a split make one", _SQLITE_UNEVEN),)}),
        Postgresql(_FUNCTIONS, {f"{_SPLITS}_insert": (_SPLITS, "BEFORE INSERT", "lathe_royalties_split")}),
    )
)
