"""How the bot fares -> numbers for `/stats` and Prometheus, lines of the log, and whether it is
alive and ready."""

from dataclasses import dataclass, field

from bot.observing.readiness import Readiness
from bot.observing.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of a running bot, by itself and by who asks at its side port."""

    statistics: Statistics = field(default_factory=Statistics)
    readiness: Readiness = field(default_factory=Readiness)
