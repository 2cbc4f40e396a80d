"""Addresses of stores say where, and a wrong one is refused in a sentence without its secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from lathe.config import environment
from lathe.config.environment import SettingError
from lathe.objects import addresses
from lathe.objects.errors import AddressError

COMMON = {"endpoint": "https://s3.example", "region": "eu-west-1", "key": "k", "secret": "common", "timeout_s": "9"}


def test_a_folder() -> None:
    assert addresses.read("file:///srv/my%20music", {}).below("masters").folder == Path("/srv/my music/masters")


def test_a_bucket_takes_what_it_does_not_say_from_the_common_settings() -> None:
    found = addresses.read("s3://Music/shop/", COMMON).below("masters")
    assert (found.bucket, found.prefix, found.endpoint) == ("Music", "shop/masters", "https://s3.example")
    assert (found.region, found.key, found.secret, found.timeout_s) == ("eu-west-1", "k", "common", 9)
    assert found.is_conditional
    assert addresses.read("s3://music", COMMON).below("covers").prefix == "covers"


def test_a_bucket_may_be_at_another_provider() -> None:
    found = addresses.read("s3://me:a%2Fb@music?endpoint=http://127.0.0.1:9000&region=x&conditional=0", COMMON)
    assert (found.key, found.secret, found.endpoint) == ("me", "a/b", "http://127.0.0.1:9000")
    assert (found.region, found.is_conditional) == ("x", False)


def test_amazons_own_endpoint_follows_from_the_region() -> None:
    found = addresses.read("s3://music", {"region": "eu-central-1", "key": "k", "secret": "s"})
    assert found.endpoint == "https://s3.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    "text",
    [
        "music",
        "file://host/folder",
        "file:relative",
        "ftp://me:hidden@host/x",
        "s3://",
        "s3://me:hidden@x/../up",
        "s3://me:hidden@bucket/a//b",
        "s3://me:hidden@bucket/a b",
        "s3://me:hidden@bucket?colour=red",
        "s3://me:hidden@bucket?conditional=maybe",
        "s3://me:hidden@bucket?endpoint=nonsense",
        "s3://me:hidden@bucket?endpoint=https://host/path",
        "s3://me:hidden@[bucket",
        "s3://me@bucket",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        addresses.read(text, {**COMMON, "key": "", "secret": ""})
    assert "hidden" not in str(caught.value)


def test_a_bucket_without_a_key_says_what_to_set() -> None:
    with pytest.raises(AddressError, match="LATHE_S3_KEY"):
        addresses.read("s3://bucket", {})


class TestSettings:
    """The same in the environment."""

    @pytest.fixture(autouse=True)
    def clean(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)

    def test_amazons_own_variables_are_read_where_ours_are_not_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "theirs")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "their secret")
        assert environment.s3()["key"] == "theirs"
        monkeypatch.setenv("LATHE_S3_KEY", "ours")
        assert (environment.s3()["key"], environment.s3()["secret"]) == ("ours", "their secret")

    def test_a_wrong_address_names_its_setting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LATHE_MASTERS_URL", "s3://me:hidden@bucket?colour=red")
        with pytest.raises(SettingError, match="LATHE_MASTERS_URL .*colour") as caught:
            environment.store("MASTERS_URL")
        assert "hidden" not in str(caught.value)

    @pytest.mark.parametrize("seconds", ["0", "61"])
    def test_a_time_out_is_a_minute_at_most(self, monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
        monkeypatch.setenv("LATHE_STORE_TIMEOUT_S", seconds)
        with pytest.raises(SettingError, match="LATHE_STORE_TIMEOUT_S"):
            environment.s3()
