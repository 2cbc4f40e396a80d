"""Storefronts: brand, domain, theme, language, currency and price policy over the one catalogue.

Owns: Storefront. Offers: the storefront that answers a host name; prices by its policy (`rules`).
Never does: keep accounts or balances; those are shared by all storefronts.
"""
