"""Containers: how tags, covers and frames lie in files. Bytes in, bytes out; no encoding."""
