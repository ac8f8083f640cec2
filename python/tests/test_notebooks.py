"""The notebooks of examples/notebooks, each run cell by cell, with what its cells show.

No Jupyter is needed: jupytext's percent format is Python, and a value says what a notebook shows of it.
"""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "examples" / "notebooks").glob("*.py"))
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
    """The text, the HTML or the chart that a notebook shows of a value."""
    if hasattr(value, "to_dict") and hasattr(value, "mark_bar"):
        return str(value.to_dict())
    if hasattr(value, "_repr_html_"):
        html = value._repr_html_()
        HTMLParser().feed(html)
        return html
    return repr(value)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_runs_and_each_cell_shows_something(notebook, monkeypatch, capsys):
    # As Jupyter does: beside the notebook.
    monkeypatch.chdir(notebook.parent)
    names = {"__name__": "__main__"}
    for is_text, source in cells(notebook):
        if not is_text:
            value = run(source, names)
            assert capsys.readouterr().out or shown(value) not in ("", "None", "[]"), source


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_is_good_to_read(notebook):
    parts = cells(notebook)
    assert parts[0][0]
    assert parts[0][1].startswith("# # ")
    for is_text, source in parts:
        assert len(source.strip().splitlines()) <= (8 if is_text else 14), source


def test_all_notebooks_are_found():
    assert len(NOTEBOOKS) == 4
