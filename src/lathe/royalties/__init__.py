"""Royalties: who is owed what for a sale, and what is paid out of it.

Owns: contracts with parties, splits of recordings and works, who pays mechanicals, settled periods; append-only and
versioned, guarded by the database. Offers: the pure `rules.owing.owed`, `queries.each` and `due`, `actions.settle`.
Never does: change what was decided for a sale. A new version of anything counts for what is sold from its day on.
"""
