"""The modules of a Rust crate and what each file uses of the others, read from their text.

No compiler takes part, so a name that a macro makes, or a method that another file gives a type, is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

Name = tuple[str, ...]

DEFINITION = re.compile(
    r"^[ \t]*(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+|const\s+|async\s+)*"
    r"(?P<what>struct|enum|union|trait|type|fn|const|static|macro_rules!)\s+(?P<name>\w+)",
    re.M,
)
USE = re.compile(r"^[ \t]*(?P<public>pub(?:\([^)]*\))?\s+)?use\s+(?P<tree>[^;]+);", re.M)
MOD = re.compile(r"^[ \t]*(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+;", re.M)
MENTION = re.compile(r"(?<![\w:])[a-z_]\w*(?:::\w+)+")
# Comments, strings and characters; lifetimes are none of them.
NOISE = re.compile(
    r"//[^\n]*|/\*.*?\*/|b?r(?P<hash>#*)\".*?\"(?P=hash)|b?\"(?:\\.|[^\"\\])*\"|b?'(?:\\.[^']*|[^'\\])'", re.S
)
TESTS = re.compile(
    r"^#\[cfg\((?:all\()?test\b[^\]]*\]\n(?:#\[[^\]]*\]\n)*(?:pub(?:\([^)]*\))? )?mod \w+ \{.*", re.M | re.S
)


@dataclass
class Module:
    """A file of the crate: what it defines, its names for other things, the paths that it mentions."""

    name: Name
    path: Path
    code: str
    defined: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, Name] = field(default_factory=dict)
    globs: list[Name] = field(default_factory=list)
    mentioned: set[Name] = field(default_factory=set)


def use_tree(tree: str, before: Name = ()) -> list[tuple[Name, str]]:
    """`a::{b, c as d}` as [((a, b), b), ((a, c), d)]; a glob is called `*`."""
    tree = tree.strip()
    if (brace := tree.find("{")) >= 0:
        head = tuple(part for part in tree[:brace].replace(" ", "").split("::") if part)
        body, depth, item, found = tree[brace + 1 : tree.rfind("}")], 0, "", []
        for letter in body + ",":
            depth += (letter == "{") - (letter == "}")
            if letter == "," and depth == 0:
                if item.strip():
                    found += use_tree(item, before + head)
                item = ""
            else:
                item += letter
        return found
    path, _, alias = re.sub(r"\s+", " ", tree).partition(" as ")
    parts = before + tuple(path.strip().split("::"))
    if parts[-1] == "self":
        parts = parts[:-1]
    return [(parts, alias.strip() or parts[-1])]


def code_of(path: Path) -> str:
    """The text without comments, texts and the tests at its end."""
    return TESTS.sub("", NOISE.sub(lambda noise: '""' if noise[0].endswith('"') else "", path.read_text()))


def read(source: Path) -> dict[Name, Module]:
    """Every module below `source` (a crate's `src`) by name, without folders and files of tests."""
    modules = {}
    for path in sorted(source.rglob("*.rs")):
        parts = path.relative_to(source).with_suffix("").parts
        if "tests" in parts or "bin" in parts or parts == ("main",):
            continue
        name = () if parts == ("lib",) else parts[:-1] if parts[-1] == "mod" else parts
        modules[name] = load(name, path)
    return modules


def load(name: Name, path: Path) -> Module:
    module = Module(name, path, code_of(path))
    for found in DEFINITION.finditer(module.code):
        module.defined.setdefault(found["name"], found["what"])
    gate = path.name in ("mod.rs", "lib.rs")
    for use in USE.finditer(module.code):
        for target, alias in use_tree(use["tree"]):
            if alias == "*":
                module.globs.append(target[:-1])
            elif alias != "_":
                module.aliases[alias] = target
            # What a gate hands on it need not use itself.
            if not (gate and use["public"]):
                module.mentioned.add(target)
    rest = MOD.sub("", USE.sub("", module.code))
    module.mentioned |= {tuple(found.split("::")) for found in MENTION.findall(rest)}
    return module


def folder_of(modules: dict[Name, Module], at: Name, path: Name) -> Name | None:
    """The module that a path names by modules alone."""
    here = at
    for part in path:
        match part:
            case "crate":
                here = ()
            case "self":
                pass
            case "super":
                here = here[:-1]
            case _:
                here = (*here, part)
        if here not in modules:
            return None
    return here


def resolve(
    modules: dict[Name, Module], at: Name, path: Name, seen: frozenset[tuple[Name, str]] = frozenset()
) -> Name | None:
    """The module whose file defines what `path` means in module `at`; `None` for what is of another crate."""
    here = at
    while path and path[0] in ("crate", "self", "super"):
        here = () if path[0] == "crate" else here[:-1] if path[0] == "super" else here
        path = path[1:]
    for place, part in enumerate(path):
        if part == "*":
            return None
        if (*here, part) in modules:
            here += (part,)
            continue
        module = modules.get(here)
        if module is None:
            return None
        if part in module.defined:
            return here
        if part in module.aliases and (here, part) not in seen:
            target = module.aliases[part] + path[place + 1 :]
            return resolve(modules, here, target, seen | {(here, part)})
        for glob in module.globs:
            folder = folder_of(modules, here, glob)
            if folder and folder != here and (found := resolve(modules, folder, path[place:], seen)):
                return found
        return here if here != at and place else None
    # A module by its name alone is no use of what is in it.
    return None


def uses(modules: dict[Name, Module]) -> dict[Name, set[Name]]:
    """For each module the modules whose items it uses."""
    found = {}
    for name, module in modules.items():
        targets = {resolve(modules, name, path) for path in module.mentioned}
        found[name] = {target for target in targets if target is not None} - {name}
    return found


def circles(graph: dict[Name, set[Name]]) -> list[list[Name]]:
    """Groups of modules each of which reaches all others of its group, the largest first (Tarjan)."""
    number: dict[Name, int] = {}
    low: dict[Name, int] = {}
    stack: list[Name] = []
    groups = []

    def visit(node: Name) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            start = stack.index(node)
            if len(stack) - start > 1:
                groups.append(sorted(stack[start:]))
            del stack[start:]

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return sorted(groups, key=lambda group: (-len(group), group))
