"""Catalogue: parties, artists, recordings, tracks, releases and their masters.

Owns: what the music is and what was measured of it. Offers: lists and pages of it, search.
Never does: say who may buy it (rights), what it costs (storefronts, sales) or cut it (delivery).
"""
