"""The base of every error that a person may see."""


class LatheError(Exception):
    """An anticipated failure whose text says what, which one, and what to do."""
