"""Django's name for the room; its guards come off before every migrate and go on after."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "lathe.ledger"

    def ready(self) -> None:
        import lathe.ledger.tasks  # noqa: F401
        from lathe.guards.keeping import keep
        from lathe.ledger.guards import guards

        keep(self, guards)
