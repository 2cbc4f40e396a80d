"""Accounts: the people who sign in and what they may do.

Owns: Person and their roles. Offers: finding or making the person behind an e-mail address.
Never does: money (balances are ledger accounts) or entitlements (delivery).
"""
