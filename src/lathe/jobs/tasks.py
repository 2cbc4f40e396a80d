"""Background entry points of the jobs themselves."""

from lathe.jobs import reconcile, registry
from lathe.jobs.registry import Kind

registry.register(Kind(reconcile.SWEEP, reconcile.run, priority=10, every=reconcile.EVERY))
