"""Rights: grants, deals and stop signs, and the one question they answer together: may this be sold, here and now.

Owns: proof of mandate and terms, the decisions that sales rested on with their chain, cases of claims. Offers:
`rules.availability`, pure; `queries` that feed it; `answers` to why something was sold.
Never does: prices by size (storefronts), money owed (ledger), the acts of a case that touch sales (`sales.takedowns`).
"""
