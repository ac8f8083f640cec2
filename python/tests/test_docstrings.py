"""Help at run time is the stub: the same names, signatures and texts, and every example runs."""

import ast
import doctest
import inspect
from pathlib import Path

import eventstore as es
import pytest
from eventstore import _eventstore as native

STUB = ast.parse(Path(native.__file__).with_name("_eventstore.pyi").read_text(encoding="utf-8"))
# Properties that answer a question; every class and method has an example as well.
FIRST_PROPERTIES = ["Event.summary_html", "Event.body_html", "Event.url", "Hits.scores"]
# Given by the interpreter for a class with such a slot, with a text of its own.
SLOTS = set(dir(object)) | {
    "__and__",
    "__bool__",
    "__contains__",
    "__getitem__",
    "__getnewargs__",
    "__getnewargs_ex__",
    "__enter__",
    "__exit__",
    "__iter__",
    "__len__",
    "__rand__",
}


def definitions():
    """Each class and function of the stub by its dotted name; of overloads the last, which has the text."""
    found = {}
    for node in STUB.body:
        # What begins with an underscore is there for type checkers alone.
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found[node.name] = node
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    found[f"{node.name}.{member.name}"] = member
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = node
    return found


DEFINITIONS = definitions()
NAMES = [name for name in DEFINITIONS if name.rsplit(".")[-1] not in SLOTS]
CLASSES = [name for name, node in DEFINITIONS.items() if isinstance(node, ast.ClassDef)]


def at_run_time(name):
    thing = native
    for part in name.split("."):
        thing = inspect.getattr_static(thing, part)
    return thing


def is_marked(node, mark):
    return any(isinstance(name, ast.Name) and name.id == mark for name in node.decorator_list)


def parameters(node):
    """Name, kind and default of each parameter but `self`, as `inspect` has them."""
    kinds = inspect.Parameter
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    defaults = [*[None] * (len(positional) - len(given.defaults)), *given.defaults]
    shown = []
    for parameter, default in zip(positional, defaults, strict=True):
        kind = kinds.POSITIONAL_ONLY if parameter in given.posonlyargs else kinds.POSITIONAL_OR_KEYWORD
        shown.append((parameter.arg, kind, default))
    if shown and shown[0][0] in ("self", "cls"):
        shown = shown[1:]
    if given.vararg:
        shown.append((given.vararg.arg, kinds.VAR_POSITIONAL, None))
    for parameter, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        shown.append((parameter.arg, kinds.KEYWORD_ONLY, default))
    if given.kwarg:
        shown.append((given.kwarg.arg, kinds.VAR_KEYWORD, None))
    return [
        (name, kind, kinds.empty if default is None else ast.literal_eval(default))
        for name, kind, default in shown
    ]


def test_the_stub_has_every_name_and_no_other():
    assert len(NAMES) >= 140
    native_names = {name for name in dir(native) if not name.startswith("_")}
    assert {name for name in DEFINITIONS if "." not in name} == native_names
    for name in CLASSES:
        members = {member for member in vars(at_run_time(name)) if not member.startswith("_")}
        assert {member for member in members if f"{name}.{member}" not in DEFINITIONS} == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_that_of_the_stub(name):
    text = ast.get_docstring(DEFINITIONS[name])
    assert text
    assert at_run_time(name).__doc__ == text


def test_the_signatures_are_those_of_the_stub():
    looked_at = 0
    for name in NAMES:
        node = DEFINITIONS[name]
        if isinstance(node, ast.ClassDef):
            node = DEFINITIONS.get(f"{name}.__new__")
        if node is None or is_marked(node, "property"):
            continue
        signature = inspect.signature(at_run_time(name))
        shown = [(p.name, p.kind, p.default) for p in signature.parameters.values() if p.name != "self"]
        expected = parameters(node)
        if is_marked(node, "overload"):
            # Only the overload that leaves the default out shows it.
            shown, expected = ([part[:2] for part in parts] for parts in (shown, expected))
        assert shown == expected, name
        looked_at += 1
    assert looked_at >= 40


@pytest.mark.parametrize("ask", [es.Query, es.Store.query, es.Hits.where])
def test_a_question_shows_its_keywords(ask):
    keywords = [
        parameter.name
        for parameter in inspect.signature(ask).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    assert keywords[:5] == ["since", "until", "tags_all", "tags_any", "tags_none"]
    for keyword in keywords:
        assert es.Query(**{keyword: None}) == es.Query()


def test_every_class_and_method_has_an_example():
    methods = [
        name
        for name in NAMES
        if not name.split(".")[-1].startswith("_") and not is_marked(DEFINITIONS[name], "property")
    ]
    assert len(methods) >= 90
    # `main` is what the console script calls.
    for name in {*methods, *FIRST_PROPERTIES} - {"main"}:
        assert ">>> import eventstore as es\n" in at_run_time(name).__doc__, name


@pytest.mark.parametrize("name", [name for name in NAMES if ">>>" in (at_run_time(name).__doc__ or "")])
def test_the_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(at_run_time(name).__doc__, {}, name, None, None)
    said = []
    results = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert results.attempted >= 2
    assert results.failed == 0, "".join(said)
