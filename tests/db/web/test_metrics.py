"""Prometheus reads the shop's figures, and the public does not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.conf import LazySettings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from lathe.basics import clock
from lathe.jobs import actions, runner
from lathe.jobs.models import Trouble
from tests.kinds import works

pytestmark = pytest.mark.usefixtures("own_database")
HERE = {"host": "127.0.0.1:8000"}
works.register()


def figures(client: Client) -> dict[str, dict[tuple[str, ...], float]]:
    """The samples by name, and by the values of their labels in the order of the labels' names."""
    answer = client.get("/metrics", headers=HERE)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(value for _name, value in sorted(sample.labels.items()))] = (
                sample.value
            )
    return found


def test_what_waits_was_given_up_and_took_how_long_is_told_by_kind(client: Client) -> None:
    for key in ("a", "b"):
        actions.enqueue(kind="test.write", key=key)
    runner.run_due()
    actions.enqueue(kind="test.write", key="c")
    Trouble.objects.create(kind="test.fail", key="d", attempts=3, last_error="x", dead_at=clock.now())
    found = figures(client)
    assert found["lathe_jobs_waiting"][("test.write",)] == 1
    assert found["lathe_jobs_waiting"][("mail.send",)] == 0
    assert found["lathe_jobs_dead"][("test.fail",)] == 1
    assert found["lathe_jobs_oldest_wait_seconds"][("test.write",)] >= 0
    assert found["lathe_job_duration_seconds_count"][("test.write", "done")] == 2
    assert found["lathe_job_duration_seconds_bucket"][("test.write", "600.0", "done")] == 2
    assert found["lathe_disk_free_bytes"][()] > 0


@pytest.mark.parametrize(
    ("headers", "address", "proxies"),
    [
        ({"host": "127.0.0.1"}, "192.0.2.7", 0),
        ({"host": "127.0.0.1", "x-forwarded-for": "127.0.0.1"}, "127.0.0.1", 0),
        ({"host": "127.0.0.1", "forwarded": "for=192.0.2.7"}, "127.0.0.1", 0),
        ({"host": "testserver"}, "127.0.0.1", 0),
        ({"host": "127.0.0.1"}, "127.0.0.1", 1),
        ({"host": "127.0.0.1"}, "", 0),
    ],
)
def test_nobody_from_outside_reads_them(
    client: Client, settings: LazySettings, headers: Mapping[str, str], address: str, proxies: int
) -> None:
    settings.LATHE_PROXIES = proxies
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == 403
    assert b"lathe_" not in answer.content
    assert b"LATHE_METRICS_TOKEN" in answer.content


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "[::1]"])
def test_this_machine_reads_them(client: Client, host: str) -> None:
    assert client.get("/metrics", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"), [("Bearer right", 200), ("bearer right", 200), ("Bearer wrong", 403), ("right", 403), ("", 403)]
)
def test_with_a_token_it_alone_opens(client: Client, settings: LazySettings, sent: str, status: int) -> None:
    settings.LATHE_METRICS_TOKEN = "right"
    headers = HERE | ({"authorization": sent} if sent else {})
    assert client.get("/metrics", headers=headers).status_code == status
    settings.LATHE_PROXIES = 1
    far = {"host": "testserver", "x-forwarded-for": "192.0.2.7"} | ({"authorization": sent} if sent else {})
    assert client.get("/metrics", headers=far, REMOTE_ADDR="192.0.2.9").status_code == status
