"""Delivery: what buyers own, and the files they get.

Owns: Entitlement, Rendition, the rendition cache, archives. Offers: `files.open_file`, `archives.open_archive`,
`selections.opened_by` and `file_of` (what a link opens), `listing.of` (links to it).
Never does: count or charge a download; decide prices.
"""
