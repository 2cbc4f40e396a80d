"""Audio: a library of its own that turns a lossless master into the format a buyer ordered.

Owns: encoding orders (`formats`), what they yield (`plan`), masters in (`decode`), bodies out (`encode`, `pool`),
heads and tails (`heads`, `tags`), the identity of the encoder (`build`) and what can be measured of a master
(`measure`). One file a codec in `codecs`. Never does: Django, the database, the network, anything about shops. Audio
time is samples at a rate.
"""
