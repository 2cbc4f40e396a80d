"""Backoffice: the operator's door at /manage/: orders, refunds, receipts, releases, and who did what when.

Owns: Action, the record of what operators did. Offers: pages. Never does: decide; an act is one call into a room below.
"""
