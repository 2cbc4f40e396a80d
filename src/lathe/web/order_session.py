"""The orders a visitor may see: their own when signed in, and those whose proof their session holds."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from lathe.sales.models import Order

KEY = "orders"
MOST = 50


def remember(request: HttpRequest, order: Order) -> None:
    """Let this session see an order: it was placed here, or its mailed link was opened here."""
    known = [uid for uid in request.session.get(KEY, []) if uid != str(order.uid)]
    request.session[KEY] = [*known, str(order.uid)][-MOST:]


def uids(request: HttpRequest) -> tuple[UUID, ...]:
    """The orders this session may see without signing in."""
    return tuple(UUID(uid) for uid in request.session.get(KEY, []))


def may_see(request: HttpRequest, order: Order) -> bool:
    """Tell whether this visitor may see an order."""
    is_own = request.user.is_authenticated and order.person_id == request.user.pk
    return is_own or order.uid in uids(request)


def waiting(request: HttpRequest) -> Order | None:
    """The latest order placed here that nobody has paid yet, unless its basket was bought by another one since."""
    own = Order.objects.filter(uid__in=uids(request))
    bought = own.filter(state=Order.State.PAID).values("basket_uid")
    return own.filter(state=Order.State.PENDING).exclude(basket_uid__in=bought).first()
