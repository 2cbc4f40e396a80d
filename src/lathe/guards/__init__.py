"""Guards: the triggers by which the database itself keeps tables append-only, on SQLite and PostgreSQL.

Owns: no table; the SQL that refuses, and putting it on and taking it off around migrations.
Offers: `Guards`, which each room with such tables describes once; `keeping.keep` for its AppConfig.
Never does: know what the tables hold.
"""
