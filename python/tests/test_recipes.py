"""The recipes of examples/recipes, each run as a person runs it; they check their own answers."""

import subprocess
import sys
from pathlib import Path

import pytest

RECIPES = sorted((Path(__file__).resolve().parents[2] / "examples/recipes").glob("*.py"))
# What a recipe needs beside eventstore; without it the recipe is skipped.
NEEDS = {"with_pandas": ["pandas", "pyarrow"], "with_polars": ["polars"]}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.stem)
def test_a_recipe_runs_to_its_end_and_shows_something(recipe, tmp_path):
    for package in NEEDS.get(recipe.stem, []):
        pytest.importorskip(package)
    # In a folder of its own: a recipe finds the sample archive by itself and leaves nothing behind.
    run = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", recipe], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout
    assert list(tmp_path.iterdir()) == []


def test_all_recipes_are_found():
    assert len(RECIPES) >= 7


def test_recipes_are_short():
    lengths = {recipe.name: len(recipe.read_text().splitlines()) for recipe in RECIPES}
    assert max(lengths.values()) <= 50, lengths
