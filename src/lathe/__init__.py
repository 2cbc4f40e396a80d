"""Lathe: a self-hosted shop for music downloads, cut to order and paid for."""

__version__ = "0.1.0"
