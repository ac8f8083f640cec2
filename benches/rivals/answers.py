"""Do all engines say the same? Answers are compared by every id, sum, bucket and value."""

from __future__ import annotations

import hashlib
from typing import Any

# Rows of whole events in an order that the question does not ask for.
UNORDERED = ("gets", "gets_first", "gets_batch", "arrow")


class Differ(Exception):
    """Two engines say different things."""


def whole(answer: Any) -> tuple[int, list[str]] | None:
    """Sum of letters and ids, if that is what the answer is."""
    match answer:
        case [int(letters), [str(), *_] as ids]:
            return letters, ids
        case {"letters": int(letters), "ids": [str(), *_] as ids}:
            return letters, ids
    return None


def first_difference(row: str, ids: list[str], others: list[str]) -> str | None:
    if row in UNORDERED:
        ids, others = sorted(ids), sorted(others)
    if ids == others:
        return None
    pairs = zip(ids, others, strict=False)
    different = next(((one, other) for one, other in pairs if one != other), None)
    if different:
        return f"first differing id: {different[0]} and {different[1]}"
    shorter, longer = sorted((ids, others), key=len)
    return f"{len(ids)} and {len(others)} ids; the first that one lacks: {longer[len(shorter)]}"


def difference(row: str, ours: Any, theirs: Any) -> str | None:
    """What differs, in words; nothing if the answers agree."""
    one, other = whole(ours), whole(theirs)
    if one and other:
        if found := first_difference(row, one[1], other[1]):
            return found
        return None if one[0] == other[0] else f"the same ids, but {one[0]:,} and {other[0]:,} letters"
    if one and isinstance(theirs, list) and len(theirs) == 2:
        # Engines of another program tell the sum and the number alone.
        ours = [one[0], len(one[1])]
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        parts = ((name, difference(row, value, theirs[name])) for name, value in ours.items())
        return next((f"{name}: {found}" for name, found in parts if found), None)
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        entries = (difference(row, one, other) for one, other in zip(ours, theirs, strict=False))
        found = next((f"entry {at}: {found}" for at, found in enumerate(entries) if found), None)
        return found or (None if len(ours) == len(theirs) else f"{len(ours)} and {len(theirs)} entries")
    return None if ours == theirs else f"{ours} and {theirs}"


def compare(row: str, answers: dict[str, Any]) -> int:
    """How many answers agreed with the first."""
    (first, expected), *others = answers.items()
    for name, answer in others:
        if found := difference(row, expected, answer):
            raise Differ(f"row `{row}`: {first} and {name} answer differently: {found}")
    return len(others)


def digest(answer: Any) -> Any:
    """An answer without its ids, for the written results: their number and a hash stand for them."""
    if isinstance(answer, list) and answer and all(isinstance(item, str) for item in answer):
        lines = "\n".join(sorted(answer)).encode()
        return {"ids": len(answer), "sha256": hashlib.sha256(lines).hexdigest()[:16]}
    if found := whole(answer):
        return {"letters": found[0], **digest(found[1])}
    if isinstance(answer, dict):
        return {name: digest(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [digest(value) for value in answer]
    return answer
