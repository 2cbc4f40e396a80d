"""Where reports read from: the postings of an account, joined with what was sold, set by set, never row by object.

Owns: the SQL (`sql`), the streams (`items`, `blocks`, `chart`), the sums (`sums`) and `books.Books`, which hands them
to the formats. Every stream is one query of a fixed shape whose rows come in batches; nothing is held but the batch.
"""
