"""Payments: money that comes in, through providers behind one port.

Owns: Payment, Notice. Offers: `actions.start`, `actions.receive`, `actions.fetch`, `actions.refund`, the table of
`providers`. Never does: settle an order; it tells `sales` what a provider has proven.
"""
