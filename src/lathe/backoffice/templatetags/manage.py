"""The shop's codes in plain words, for templates."""

from __future__ import annotations

from django import template

from lathe.backoffice import words

register = template.Library()
register.filter("order_state", words.order_state)
register.filter("payment_state", words.payment_state)
register.filter("notice_outcome", words.notice_outcome)
register.filter("tier", words.tier)
register.filter("provider", words.provider)
register.filter("language", words.language)
register.filter("countries", words.countries)
