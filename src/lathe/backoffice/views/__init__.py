"""The pages at /manage/, each a translation of one call into the rooms below."""
