"""The command line: a front door. Each command translates, makes one domain call, and translates back.

Owns: the command `lathe`, one file a command in `commands`, and the demo shop's story in `demo`.
Never does: show a traceback, or decide anything about music, money or rights.
"""
