"""The options of the format `eventstore`: texts, as Spark gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import Limits

OF_ARCHIVES = ("page", "format", "prefix", "profile", "map", "limits", "partitionBytes", "partitionFiles")
OF_STORES = ("query", "since", "until", "partitionEvents")
KNOWN = ("path", "paths", "columns", "limit", "threads", *OF_ARCHIVES, *OF_STORES)


@dataclass(frozen=True)
class Options:
    """What was asked for. Names are matched without case, as Spark does."""

    paths: list[str]
    columns: list[str]
    page: bool
    limit: int | None
    threads: int
    query: str
    since: str | None
    until: str | None
    format: str
    prefix: str
    profile: str
    map: dict[str, list[str]]
    limits: Limits | None
    partition_bytes: int
    partition_files: int
    partition_events: int
    #: The names that were given, in small letters.
    given: frozenset[str]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Options:
        low = {name.lower(): value for name, value in given.items()}
        unknown = sorted(set(low) - {name.lower() for name in KNOWN})
        if unknown:
            raise ValueError(
                f"the format eventstore has no option {unknown[0]}; there are {', '.join(KNOWN)}"
            )
        paths = json.loads(low["paths"]) if "paths" in low else [low["path"]] if "path" in low else []
        if not paths:
            raise ValueError("name the archives or stores to read: load(path), or load([path, …])")
        limits = json.loads(low["limits"]) if "limits" in low else None
        return cls(
            paths=paths,
            columns=[name.strip() for name in low.get("columns", "").split(",") if name.strip()],
            page=_flag("page", low.get("page", "false")),
            limit=_number("limit", low["limit"], 0) if "limit" in low else None,
            threads=_number("threads", low.get("threads", "1"), 1),
            query=low.get("query", ""),
            since=low.get("since"),
            until=low.get("until"),
            format=low.get("format", "auto"),
            prefix=low.get("prefix", ""),
            profile=low.get("profile", "auto"),
            map=json.loads(low.get("map", "{}")),
            limits=Limits(**limits) if limits is not None else None,
            partition_bytes=_number("partitionBytes", low.get("partitionbytes", str(64 << 20)), 1),
            partition_files=_number("partitionFiles", low.get("partitionfiles", "10000"), 1),
            partition_events=_number("partitionEvents", low.get("partitionevents", "100000"), 1),
            given=frozenset(low),
        )

    def check_for(self, are_stores: bool) -> None:
        """Refuses options of archives where stores are read, and of stores where archives are."""
        for name in OF_ARCHIVES if are_stores else OF_STORES:
            if name.lower() in self.given:
                of, other = ("archives", "a store") if are_stores else ("stores", "an archive")
                raise ValueError(f"the option {name} is for {of}, and {self.paths[0]} is {other}")

    def reading(self) -> dict[str, Any]:
        """The keywords that say how pages are read."""
        return {
            "format": self.format,
            "prefix": self.prefix,
            "profile": self.profile,
            "map": self.map,
            "limits": self.limits,
        }


def _flag(name: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError(f"the option {name} is true or false, not {value!r}")
    return value.lower() == "true"


def _number(name: str, value: str, least: int) -> int:
    if not value.isdigit() or int(value) < least:
        raise ValueError(f"the option {name} is a number of at least {least}, not {value!r}")
    return int(value)
