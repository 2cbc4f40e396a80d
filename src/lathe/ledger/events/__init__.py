"""What each event writes into the books: pure functions from amounts to entries, one file a theme.

A sale and what undoes it are in `sales.rules`. Amounts are micro and positive unless a docstring says otherwise.
"""
