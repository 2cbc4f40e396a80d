"""Basics: Money, Territory, Clock and the error every room's errors descend from.

Owns: values without behaviour of a room. Never does: I/O, Django, the network.
"""
