"""Names for files that a browser saves."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote


def header(name: str, *, attachment: bool = True) -> str:
    """Content-Disposition by RFC 6266, names in any script by RFC 8187; for programs that read no RFC 8187, the same
    name without accents, and `_` for every other letter that is not of ASCII."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    plain = "".join(letter if 32 <= ord(letter) < 127 and letter not in '"\\%' else "_" for letter in bare)
    kind = "attachment" if attachment else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
