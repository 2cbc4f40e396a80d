"""Meters: each takes a master's PCM block by block and tells one thing about it at the end."""
