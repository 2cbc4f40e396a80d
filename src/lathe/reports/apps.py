"""Django's name for the room; its guards come off before every migrate and go on after."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "lathe.reports"

    def ready(self) -> None:
        from lathe.guards.keeping import keep
        from lathe.reports.guards import guards

        keep(self, guards)
