"""CPU cores and memory that the processes of an instance use now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mysimbdp.service.usage import use_by_child


@dataclass(frozen=True)
class Use:
    """`cpu_cores` are CPU seconds per second since the look before; None where there was none, or no process is."""

    cpu_cores: float | None = None
    memory_mb: float | None = None

    def __add__(self, other: "Use") -> "Use":
        return Use(_sum(self.cpu_cores, other.cpu_cores), _sum(self.memory_mb, other.memory_mb))


def _sum(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other


class Gauge:
    """Compares what processes have used with what they had used at the look before."""

    def __init__(self) -> None:
        self._at_s = 0.0
        self._cpu_s: dict[str, float] = {}

    def look(self, at_s: float, children: Mapping[str, Mapping[str, Any]]) -> dict[str, Use]:
        """What is used now, by the names of `service.usage.use_by_child`."""
        found = use_by_child(children)
        uses = {name: Use(self._cores(name, at_s, use["cpu_s"]), use["memory_mb"]) for name, use in found.items()}
        self._at_s, self._cpu_s = at_s, {name: use["cpu_s"] for name, use in found.items()}
        return uses

    def _cores(self, name: str, at_s: float, cpu_s: float) -> float | None:
        """None also where a process began anew under the same name."""
        before_s = self._cpu_s.get(name)
        return None if before_s is None or cpu_s < before_s else (cpu_s - before_s) / (at_s - self._at_s)
