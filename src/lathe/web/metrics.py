"""Figures of the shop for Prometheus, read from the database when they are asked for.

They are the same from every web process, and hold what workers in other processes did.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from lathe.basics import clock
from lathe.jobs import engines, queries, registry, rules
from lathe.sales import health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def page() -> bytes:
    """Every figure, in the text format that Prometheus reads."""
    figures = CollectorRegistry(auto_describe=False)
    figures.register(_Shop())
    return generate_latest(figures)


class _Shop(Collector):
    """Collects anew each time it is asked."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _queue()
        yield from _given_up()
        yield _durations()
        yield GaugeMetricFamily("lathe_disk_free_bytes", "Room in the data folder.", value=health.free_bytes())


def _queue() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("lathe_jobs_waiting", "Jobs that no worker has taken yet.", labels=["kind"])
    running = GaugeMetricFamily("lathe_jobs_running", "Jobs under way.", labels=["kind"])
    oldest = GaugeMetricFamily(
        "lathe_jobs_oldest_wait_seconds", "For how long the job waits that has been due longest.", labels=["kind"]
    )
    now, census = clock.now(), {item.kind: item for item in engines.current().census()}
    for kind in sorted({*census, *(kind.name for kind in registry.kinds())}):
        item = census.get(kind)
        waiting.add_metric([kind], item.waiting if item else 0)
        running.add_metric([kind], item.running if item else 0)
        since = item.oldest_at if item else None
        oldest.add_metric([kind], max(0.0, (now - since).total_seconds()) if since else 0.0)
    yield from (waiting, running, oldest)


def _given_up() -> Iterator[Metric]:
    dead = GaugeMetricFamily("lathe_jobs_dead", "Jobs that were given up after their last attempt.", labels=["kind"])
    counts = queries.dead_by_kind()
    for kind in sorted({*counts, *(kind.name for kind in registry.kinds())}):
        dead.add_metric([kind], counts.get(kind, 0))
    yield dead
    sign = queries.last_sign()
    if sign is not None:
        yield GaugeMetricFamily(
            "lathe_jobs_last_round_timestamp_seconds", "When a worker last asked for a round.", value=sign.timestamp()
        )


def _durations() -> Metric:
    """How long attempts took, by kind and outcome. Each class of a histogram holds the ones below it too."""
    family = HistogramMetricFamily(
        "lathe_job_duration_seconds", "How long attempts at jobs took.", labels=["kind", "outcome"]
    )
    for item in queries.durations():
        sums = accumulate(item.counts.get(bound, 0) for bound in (*rules.BUCKETS_MS, 0))
        names = [*(str(bound / 1000) for bound in rules.BUCKETS_MS), "+Inf"]
        family.add_metric([item.kind, item.outcome], list(zip(names, sums, strict=True)), item.total_ms / 1000)
    return family
