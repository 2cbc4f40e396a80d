"""The basket that a visitor's session points at."""

from __future__ import annotations

from django.http import HttpRequest

from lathe.sales import baskets
from lathe.sales.models import Basket
from lathe.web import visitor

KEY = "basket"


def find(request: HttpRequest) -> Basket | None:
    """The visitor's basket of this storefront, if they have one."""
    uid = request.session.get(KEY)
    return baskets.peek(uid=uid, storefront=visitor.of(request).storefront) if uid else None


def open_for(request: HttpRequest) -> Basket:
    """The visitor's basket; a new one where there is none."""
    basket = baskets.open_for(uid=request.session.get(KEY), storefront=visitor.of(request).storefront)
    request.session[KEY] = str(basket.uid)
    return basket
