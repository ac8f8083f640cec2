"""The one table: workloads down, engines across, our share of SQLite's time, and times the best rival's."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from .measure import OURS
from .settings import MISSING, NO_RIVAL

# What shares are of: SQLite at its best, and as one writes it first.
BASES = ("SQLite", "SQLite, plain")


@dataclass(frozen=True)
class Line:
    key: str
    row: str
    unit: str
    # Of each engine that can do it: milliseconds or bytes.
    values: dict[str, float]
    # Engines that another program measured, in another language: shown beside, and no rivals.
    others: frozenset[str] = frozenset()

    def rivals(self) -> dict[str, float]:
        return {
            name: value
            for name, value in self.values.items()
            if name != OURS and name not in self.others and self.key not in NO_RIVAL.get(name, ())
        }

    def share(self, base: str) -> float | None:
        """Ours as a share of another engine's."""
        if OURS not in self.values or base not in self.values:
            return None
        return self.values[OURS] / self.values[base]

    def ahead(self) -> tuple[float, str] | None:
        """How many times ours the best rival is, and which that is. Below 1 the rival is ahead."""
        rivals = self.rivals()
        if OURS not in self.values or not rivals:
            return None
        best = min(rivals, key=lambda name: rivals[name])
        return rivals[best] / self.values[OURS], best


def value_of(cell: Any) -> float | None:
    """The median of a row's runs, or the one number that it is."""
    if not cell:
        return None
    return float(median(cell["ms"])) if "ms" in cell else float(cell["value"])


def lines(
    workloads: list[dict[str, str]], engines: dict[str, dict[str, Any]], others: frozenset[str] = frozenset()
) -> list[Line]:
    found = []
    for workload in workloads:
        key = workload["key"]
        cells = {name: value_of(rows.get(key)) for name, rows in engines.items()}
        values = {name: value for name, value in cells.items() if value is not None}
        found.append(Line(key, workload["row"], workload["unit"], values, others))
    return found


def shown(value: float, unit: str) -> str:
    match unit:
        case "bytes":
            return f"{value:,.0f}"
        case "memory":
            return f"{value / 1e6:,.0f} MB"
    if value >= 1_000:
        return f"{value / 1_000:.2f} s"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 4
    return f"{value:.{digits}f} ms"


def figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"


def markdown(found: list[Line], names: list[str]) -> str:
    bases = [base for base in BASES if base in names]
    head = ["", *names, *(f"share of {base}" for base in bases), "ahead of the best rival"]
    rows = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    for line in found:
        cells = [shown(line.values[name], line.unit) if name in line.values else "-" for name in names]
        shares, ahead = [line.share(base) for base in bases], line.ahead()
        cells.extend("-" if share is None else figure(share) for share in shares)
        cells.append(f"{figure(ahead[0])} × ({ahead[1]})" if ahead else "-")
        rows.append(f"| {line.row} | {' | '.join(cells)} |")
    return "\n".join(rows)


def gaps(found: list[Line], names: list[str]) -> list[str]:
    """Why a cell is empty."""
    told: dict[str, list[str]] = {}
    for line in found:
        for name in names:
            if name not in line.values:
                reason = MISSING.get(name, {}).get(line.key, "not measured")
                told.setdefault(f"{name}: {reason}", []).append(line.row)
    return [f"{reason}: {'; '.join(rows)}" for reason, rows in told.items()]
