"""Ingest: folders of music in.

Owns: reading deliveries (`scan`, `sidecar`, `grouping`), examining files (`examine`), a verdict each, covers.
Offers: `actions.import_path`, the one door through which music enters the catalogue.
Never does: change a master, decide who may buy, or trust a path, a picture or a number that a delivery names.
"""
