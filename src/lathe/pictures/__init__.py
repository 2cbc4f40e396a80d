"""Pictures: a library of its own that turns numbers into line drawings.

Owns: covers drawn from loudness (`covers`), waveforms and the small signs of the shop (`waves`), and the two renderers
behind them (`svg`, `pixels`). Every picture is a pure function of its input: the same numbers give the same bytes.
Never does: I/O, Django, anything about the shop, measuring audio (loudness curves come in as numbers).
"""
