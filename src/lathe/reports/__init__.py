"""Reports: what rights holders, licensors, charts and the bank are sent.

Owns: the formats (`formats/`, one file each), what was issued and its numbers, the independent checker (`checking/`).
Offers: `statements.statement`, `opening.draft`, `making.make`, `actions.issue` and `issue_all`, `auditing.audit`.
Never does: write the books, or change what was issued.
"""
