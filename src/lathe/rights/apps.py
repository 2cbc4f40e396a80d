"""Django's name for the room; its jobs are registered when it is ready, and its guards go on after every migrate."""

from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "lathe.rights"

    def ready(self) -> None:
        import lathe.rights.tasks  # noqa: F401
        from lathe.guards.keeping import keep
        from lathe.rights.guards import guards

        keep(self, guards)
