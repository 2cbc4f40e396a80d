"""Bringing notices: in order, again where the shop is not reached, and not again where it said no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import httpx
import pytest

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.payments.errors import NoticeRefused
from lathe.payments.providers.demo import courier, notices, secret
from lathe.payments.providers.demo.courier import Delivery
from lathe.payments.rules import ProviderNotice, State

BODY = notices.write(ProviderNotice("n", "r", State.PAID, Money(198, "EUR")))
URL = "http://shop.example/payments/notice/demo/"
AT_ONCE = (0.0, 0.0, 0.0)


class Shop(httpx.MockTransport):
    """Answers with the given statuses in turn, the last for ever; None is a broken connection."""

    def __init__(self, *statuses: int | None) -> None:
        super().__init__(self._answer)
        self.seen: list[httpx.Request] = []
        self._statuses: Iterator[int | None] = iter(statuses)
        self._last: int | None = None

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        self._last = next(self._statuses, self._last)
        if self._last is None:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(self._last)


def brought(shop: Shop, deliveries: Sequence[Delivery]) -> list[httpx.Request]:
    courier.bring(deliveries, shop, AT_ONCE)
    return shop.seen


@pytest.mark.parametrize(
    ("statuses", "tries"),
    [((200,), 1), ((204,), 1), ((400,), 1), ((500, 200), 2), ((None, 503, 200), 3), ((None,), 3), ((502,), 3)],
)
def test_a_notice_is_brought_until_the_shop_has_answered_three_times_at_most(
    statuses: tuple[int | None, ...], tries: int
) -> None:
    assert len(brought(Shop(*statuses), [Delivery(URL, BODY)])) == tries


def test_notices_are_brought_in_order_and_carry_a_signature_that_holds() -> None:
    second = notices.write(ProviderNotice("n2", "r", State.FAILED, Money(198, "EUR")))
    seen = brought(Shop(None, 200), [Delivery(URL, BODY), Delivery(URL, second)])
    assert [request.content for request in seen] == [BODY, BODY, second]
    assert str(seen[0].url) == URL
    told = notices.read(dict(seen[2].headers), second, secret.signing(), clock.now())
    assert told.notice_id == "n2"


def test_a_forged_notice_does_not_hold() -> None:
    request = brought(Shop(400), [Delivery(URL, BODY, is_forged=True)])[0]
    with pytest.raises(NoticeRefused, match="does not match"):
        notices.read(dict(request.headers), BODY, secret.signing(), clock.now())


def test_another_courier_takes_its_place_inside_the_block_alone() -> None:
    taken: list[Delivery] = []
    with courier.use(taken.extend):
        courier.send([Delivery(URL, BODY)])
        courier.send([])
    assert taken == [Delivery(URL, BODY)]
