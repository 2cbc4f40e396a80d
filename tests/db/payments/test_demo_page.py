"""The demo processor's hosted page, as a buyer meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.payments.models import DemoCharge, Payment
from lathe.payments.providers.demo import courier, notices, processor, secret
from lathe.payments.providers.demo.courier import Delivery
from lathe.payments.rules import State
from tests.db.payments.shop import CARD, RETURN_URL, started, take_all

FIELDS = {"action": "pay", "number": CARD, "expiry": "12/34", "cvc": "123"}


def address(payment: Payment) -> str:
    return f"/pay/demo/{payment.reference}/"


def posted(client: Client, payment: Payment, **fields: str) -> str | None:
    """Submit the page; the address it leads to, or None when it is shown again."""
    response = client.post(address(payment), FIELDS | fields)
    assert response.status_code in {302, 422}
    return response.get("Location")


def test_the_page_says_what_it_is_and_what_it_takes(db: None, client: Client) -> None:
    response = client.get(address(started()))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Test processor. No money moves." in text
    assert "Pay 1.98\xa0€" in text
    assert "pays, France" in text
    for number in ("4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 9995"):
        assert number in text
    assert "no-store" in response["Cache-Control"]


def test_the_page_keeps_to_a_strict_content_policy(db: None, client: Client) -> None:
    text = client.get(address(started())).content.decode()
    assert "<script" not in text
    assert "style=" not in text
    assert not re.search(r"<[^>]*\son[a-z]+=", text)
    assert text.count('rel="stylesheet"') == 1


def test_every_field_has_a_label_of_its_own(db: None, client: Client) -> None:
    text = client.get(address(started())).content.decode()
    for name in ("number", "expiry", "cvc", "country", "behaviour", "delay_s"):
        assert f'<label for="id_{name}">' in text
        assert f'id="id_{name}"' in text


def test_a_test_card_pays_and_leads_back_to_the_shop(
    db: None, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    payment = started()
    sent: list[Delivery] = []
    with courier.use(sent.extend), django_capture_on_commit_callbacks(execute=True):
        assert posted(client, payment) == RETURN_URL
    take_all(sent)
    payment.refresh_from_db()
    assert (payment.state, payment.country) == ("paid", "DE")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("4000 0000 0000 0002", "The card was declined."),
        ("4000 0000 0000 9995", "The card has too little money on it."),
        ("4111 1111 1111 1111", "This is not one of the test cards."),
        ("", "Type the number of a test card."),
    ],
)
def test_a_card_that_does_not_pay_leaves_the_page_open_with_a_clear_sentence(
    db: None, client: Client, number: str, sentence: str
) -> None:
    payment = started()
    response = client.post(address(payment), FIELDS | {"number": number})
    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert 'role="alert"' in text
    assert 'aria-invalid="true"' in text
    assert posted(client, payment) == RETURN_URL


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("expiry", "13/34", "Write the month and the year"),
        ("expiry", "01/20", "The card is no longer valid."),
        ("expiry", "", "Type the month and year"),
        ("cvc", "12", "three or four digits"),
        ("cvc", "", "Type the security code"),
        ("delay_s", "121", "less than or equal to 120"),
        ("behaviour", "rude", "Select a valid choice"),
        ("country", "XX", "Select a valid choice"),
    ],
)
def test_a_field_that_cannot_be_is_said_beside_it(
    db: None, client: Client, field: str, value: str, sentence: str
) -> None:
    payment = started()
    response = client.post(address(payment), FIELDS | {field: value})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert processor.charge(payment.reference).state == "open"


@pytest.mark.parametrize("expiry", ["12/34", "12 / 34", "12/2034", " 03/26 "])
def test_a_date_is_read_as_people_write_it(db: None, client: Client, expiry: str) -> None:
    with clock.use(clock.FixedClock(clock.now().replace(year=2026, month=3, day=31))):
        assert posted(client, started(), expiry=expiry) == RETURN_URL


def test_the_manner_and_the_country_are_taken_from_the_page(db: None, client: Client) -> None:
    payment = started()
    posted(client, payment, behaviour="delayed", delay_s="3", country="JP")
    charge = processor.charge(payment.reference)
    assert (charge.behaviour, charge.delay_s, charge.country) == ("delayed", 3, "JP")


def test_cancelling_leads_back_unpaid(
    db: None, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    payment = started()
    sent: list[Delivery] = []
    with courier.use(sent.extend), django_capture_on_commit_callbacks(execute=True):
        response = client.post(address(payment), {"action": "cancel"})
    assert response["Location"] == RETURN_URL
    assert [proof.payment.state for proof in take_all(sent)] == ["failed"]


def test_a_page_submitted_twice_charges_and_tells_once(db: None, client: Client) -> None:
    payment = started()
    assert posted(client, payment) == posted(client, payment) == RETURN_URL
    assert processor.pay(reference=payment.reference, card=CARD).deliveries == ()
    assert processor.charge(payment.reference).notices_made == 1


def test_a_page_of_a_charge_that_is_done_leads_back(db: None, client: Client) -> None:
    payment = started()
    posted(client, payment)
    assert client.get(address(payment))["Location"] == RETURN_URL


def test_an_unknown_charge_is_not_found(db: None, client: Client) -> None:
    assert client.get("/pay/demo/demo_nobody/").status_code == 404


def test_the_page_is_gone_where_the_demo_processor_is_not_on(db: None, client: Client, settings: LazySettings) -> None:
    payment = started()
    settings.LATHE_PROVIDERS = []
    assert client.get(address(payment)).status_code == 404
    assert client.post(address(payment), FIELDS).status_code == 404
    assert processor.charge(payment.reference).state == "open"


def test_a_page_from_another_site_cannot_be_submitted(db: None) -> None:
    payment = started()
    assert Client(enforce_csrf_checks=True).post(address(payment), FIELDS).status_code == 403
    assert processor.charge(payment.reference).state == "open"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]], Event]]:
    """A shop's door on loopback: its address, what came in, and a sign that something did."""
    came: list[tuple[dict[str, str], bytes]] = []
    sign = Event()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            sign.set()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/notice/", came, sign
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_notice_travels_over_http_after_the_commit(
    db: None,
    client: Client,
    listener: tuple[str, list[tuple[dict[str, str], bytes]], Event],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    url, came, sign = listener
    payment = started()
    DemoCharge.objects.filter(reference=payment.reference).update(notify_url=url)
    with django_capture_on_commit_callbacks(execute=True):
        posted(client, payment)
        assert not came
    assert sign.wait(10)
    headers, body = came[0]
    notice = notices.read(headers, body, secret.signing(), clock.now())
    assert (notice.state, notice.reference, notice.amount) == (State.PAID, payment.reference, Money(198, "EUR"))
