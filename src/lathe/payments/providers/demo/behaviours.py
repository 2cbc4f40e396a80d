"""How a charge's notices go out: normally, or as badly as they do on a bad day."""

from __future__ import annotations

from dataclasses import dataclass

from lathe.payments.rules import State

REPEATS = 5


@dataclass(frozen=True)
class Step:
    """One notice to send: what it says, how long to wait before, whether its signature is forged, how many times."""

    state: State
    wait_s: int = 0
    is_forged: bool = False
    copies: int = 1


def steps(behaviour: str, delay_s: int = 0) -> tuple[Step, ...]:
    """The notices of a charge that was paid, in the order they go out; by the names in `DemoCharge.Behaviour`.

    Raises KeyError on any other name.
    """
    paid, failed = Step(State.PAID), Step(State.FAILED)
    plans: dict[str, tuple[Step, ...]] = {
        "normal": (paid,),
        "delayed": (Step(State.PAID, wait_s=delay_s),),
        "repeated": (Step(State.PAID, copies=REPEATS),),
        "forged": (Step(State.PAID, is_forged=True),),
        "wrong_amount": (paid,),
        "failed_after": (paid, failed),
        "failed_before": (failed, paid),
        "lost": (),
        "chargeback": (paid, Step(State.CHARGEBACK)),
    }
    return plans[behaviour]
