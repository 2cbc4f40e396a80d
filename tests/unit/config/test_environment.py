"""Settings that cannot be read are refused in a sentence, and a password in them is not repeated."""

from __future__ import annotations

import pytest

from lathe.config import environment
from lathe.config.environment import SettingError


@pytest.mark.parametrize("text", ["-1", "abc", "", "1e3", "\u0663", "9" * 10, "9" * 5000])
def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LATHE_LINK_DAYS", text)
    with pytest.raises(SettingError, match="LATHE_LINK_DAYS must be a whole number"):
        environment.number("LINK_DAYS")


@pytest.mark.parametrize("address", ["postgresql://u:secret@host:port/shop", "postgresql://u:secret@[::1/shop"])
def test_a_database_address_that_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("LATHE_DATABASE_URL", address)
    with pytest.raises(SettingError, match="LATHE_DATABASE_URL") as caught:
        environment.database()
    assert "secret" not in str(caught.value)


def test_a_mail_address_whose_port_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATHE_MAIL_URL", "smtp://user:secret@host:port")
    with pytest.raises(SettingError, match="LATHE_MAIL_URL") as caught:
        environment.mail()
    assert "secret" not in str(caught.value)


def test_a_connection_that_is_kept_gets_no_older_than_a_minute_and_is_looked_at_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATHE_DATABASE_URL", "postgresql://u:secret@127.0.0.1:5432/shop")
    database = environment.database()
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)


@pytest.mark.parametrize(
    ("sends", "renditions", "says"),
    [
        ("apache", "", "must be one of itself, nginx, store"),
        ("store", "", "LATHE_RENDITIONS_URL=s3"),
        ("nginx", "s3://key:secret@bucket/shop", "cut files in a folder"),
    ],
)
def test_who_sends_files_must_be_able_to_read_them(
    sends: str, renditions: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATHE_SENDS", sends)
    monkeypatch.setenv("LATHE_RENDITIONS_URL", renditions)
    with pytest.raises(environment.SettingError, match=says):
        environment.sends()
