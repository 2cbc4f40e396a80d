"""Ledger: accounts, transactions and postings.

Owns: every amount the shop owes or holds, append-only, balanced by the database itself (`guards`).
Offers: `actions.post`, `bookings` (payouts, conversions …), pure `events`, `queries.balance`, `periods.close`,
`sealing.seal`, `checks.check`, `exports`.
Never does: know a person or a title; it holds opaque ids.
"""
