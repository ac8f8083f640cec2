"""The notebooks of examples/notebooks, each run cell by cell, with what its cells show.

No Jupyter is needed: jupytext's percent format is Python, and a value says what a notebook shows of it.
"""

import ast
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "examples" / "notebooks").glob("*.py"))
# What each shows at some place: counts of the archives that they ask, so that empty answers are none.
KNOWN = {
    "first_look": "5 events: maren storm",
    "one_story": "10 of 12 events: tag:&quot;Ennet Bridge&quot;",
    "own_blog": "6 events",
    "who_reports": "10 of 16",
}
CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?\n", re.M)


def cells(notebook):
    """The cells as pairs: whether it is a text, and its source."""
    _, *parts = CELL.split(notebook.read_text(encoding="utf-8"))
    return [(kind is not None, source) for kind, source in zip(parts[::2], parts[1::2], strict=True)]


def run(source, names):
    """What the cell shows: the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "a cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "a cell", "eval"), names) if last else None


def shown(value):
    """The text, the HTML or the chart that a notebook shows of a value; nothing of one that is empty."""
    if hasattr(value, "to_dict") and hasattr(value, "mark_bar"):
        chart = value.to_dict()
        return str(chart) if all(chart["datasets"].values()) else ""
    if value is None or (hasattr(value, "__len__") and len(value) == 0):
        return ""
    return value._repr_html_() if hasattr(value, "_repr_html_") else repr(value)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_runs_and_each_cell_shows_something(notebook, monkeypatch, capsys):
    # As Jupyter does: beside the notebook.
    monkeypatch.chdir(notebook.parent)
    names = {"__name__": "__main__"}
    all_shown = ""
    for is_text, source in cells(notebook):
        if not is_text:
            value = run(source, names)
            seen = capsys.readouterr().out + shown(value)
            assert seen, source
            all_shown += seen
    assert KNOWN[notebook.stem] in re.sub(r"<[^>]+>", " ", all_shown)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_is_good_to_read(notebook):
    parts = cells(notebook)
    assert parts[0][0]
    assert parts[0][1].startswith("# # ")
    for is_text, source in parts:
        assert len(source.strip().splitlines()) <= (8 if is_text else 14), source


def test_all_notebooks_are_found():
    assert {notebook.stem for notebook in NOTEBOOKS} == set(KNOWN)
