"""Config: settings, addresses and wiring.

Owns: what the operator may set (`environment`), Django's settings, the URL table, the ASGI application.
Never does: decide anything about music, money or rights.
"""
