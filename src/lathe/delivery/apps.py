"""Django's name for the room; its sweep is registered when it is ready."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "lathe.delivery"

    def ready(self) -> None:
        import lathe.delivery.tasks  # noqa: F401
