"""The faults with which a call can be made to fail, and which of the next calls they are for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """429 Too Many Requests; the call is not processed."""

    seconds: int


@dataclass(frozen=True, slots=True)
class BadGateway:
    """502 with a page that is not JSON; the call is not processed."""


@dataclass(frozen=True, slots=True)
class DroppedConnection:
    """The connection ends without an answer, before or after the call was processed."""

    after_processing: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """400 with this description; the call is not processed."""

    description: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer comes for so long; the call is processed, or not."""

    seconds: float
    processed: bool = False


Fault = RetryAfter | BadGateway | DroppedConnection | Refused | Unanswered


@dataclass(slots=True)
class PlannedFault:
    """A fault for the next calls of one method."""

    method: str
    fault: Fault
    remaining_calls: int


class FaultPlan:
    """The faults to come, in the order in which they were planned."""

    def __init__(self) -> None:
        self._planned: list[PlannedFault] = []

    def add(self, method: str, fault: Fault, calls: int) -> None:
        """Plan a fault for the next calls of a method."""
        self._planned.append(PlannedFault(method.lower(), fault, calls))

    def take(self, method: str) -> Fault | None:
        """The fault for this call of the method, which then counts as one of those planned."""
        for planned in self._planned:
            if planned.method == method.lower() and planned.remaining_calls > 0:
                planned.remaining_calls -= 1
                return planned.fault
        return None
