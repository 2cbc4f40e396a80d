"""Django's name for the room; its jobs are registered when it is ready."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "lathe.sales"

    def ready(self) -> None:
        import lathe.sales.tasks  # noqa: F401
