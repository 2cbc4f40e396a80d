"""Campaigns: a shop of two nodes under load, struck by one fault after another, drawn by a seed.

`field` is the shop and all it stands on, `buyers` are the load, `faults` what befalls it, `judge` what must hold
whatever happens. `python -m tests.faults.campaign` runs one; the seed that it prints repeats its plan: which faults,
when, and what is asked for. What the machine makes of that differs, so a failure may take several runs to come again.
"""
