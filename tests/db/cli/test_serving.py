"""The port is taken before anything is said, and one that is in use is told in a line."""

from __future__ import annotations

import resource
import socket
import urllib.request

import pytest

from lathe.cli import main, serving
from lathe.cli.errors import CommandError


def test_a_port_in_use_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main.run(["demo", "--no-serve", "--port", str(port)]) == main.FAILED
        assert capsys.readouterr().err == (
            f"lathe: Port {port} is in use. End what listens there, or choose another with --port.\n"
        )


def test_a_port_of_ours_is_nobody_elses_before_we_serve() -> None:
    with serving.bound("127.0.0.1", 0) as place:
        port = int(place.address.rpartition(":")[2])
        with pytest.raises(CommandError, match="in use"), serving.bound("127.0.0.1", port):
            pytest.fail("two processes had one port")


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be listened on"), serving.bound("203.0.113.1", 0):
        pytest.fail("it listened on somebody else's address")


def test_the_address_is_one_that_a_browser_takes() -> None:
    with serving.bound("127.0.0.1", 0) as place:
        assert urllib.request.Request(place.address).host == place.address.removeprefix("http://")  # noqa: S310


@pytest.mark.parametrize(
    ("hard", "kept", "soft"),
    [(20_000, 1000, 3200), (1024, 274, 1022), (resource.RLIM_INFINITY, 1000, 3200)],
)
def test_no_more_connections_are_kept_open_than_files_may_be(
    hard: int, kept: int, soft: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    allowed: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: allowed.append(limits))

    assert serving.connections(1000) == kept

    assert allowed == [(soft, hard)]
    assert ("only 274 can be open" in caplog.text) is (kept < 1000)
