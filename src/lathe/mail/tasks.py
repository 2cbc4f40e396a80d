"""Background entry points of the mail room."""

from lathe.jobs import registry
from lathe.jobs.registry import Kind
from lathe.jobs.rules import Bounds
from lathe.mail import actions, queries

registry.register(
    Kind(actions.SEND, actions.send, priority=10, bounds=Bounds(seconds=120), pending=queries.waiting_keys)
)
