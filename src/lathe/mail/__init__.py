"""Mail: letters out.

Owns: Letter, the outbox written in the domain's own transaction. Offers: `actions.write`, `actions.send_due`.
Never does: decide what a letter says; the rooms above hand in subject and text.
"""
