"""Web: the shop's pages.

Owns: addresses, templates, the look. Offers: pages for buyers and for the people of labels. Never does: decide prices,
rights or money; a view translates a request, makes one call of the domain, and translates the answer back.
"""
