"""Objects: the port to the object stores (obstore): local folders by default, S3 by settings.

Owns: reading, ranges, create-if-absent, local copies of what lies elsewhere. Offers: `stores.masters()`,
`stores.renditions()`, `stores.covers()`, `stores.documents()`, `copies.Copies`. Never does: know what an object means.
"""
