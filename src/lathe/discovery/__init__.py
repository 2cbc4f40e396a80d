"""Discovery: finding music.

Owns: the search. Offers: `search.search`, `search.nearest`. Never does: write a table; its index can be made again.
"""
