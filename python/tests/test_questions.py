"""The questions of tests/questions.txt, which `cargo test` runs too, and what cannot be read."""

from dataclasses import dataclass, field
from pathlib import Path

import eventstore as es
import pytest

PROJECT = Path(__file__).resolve().parents[2]
QUESTIONS_AT_LEAST = 120
BAD_AT_LEAST = 30


@dataclass
class Question:
    text: str
    bad: bool
    archive: str = ""
    count: int | None = None
    ids: list[str] = field(default_factory=list)
    offset: int | None = None
    hint: str | None = None


def read_questions() -> list[Question]:
    """The file's format is said at its head."""
    questions: list[Question] = []
    archive = ""
    for line in (PROJECT / "tests" / "questions.txt").read_text(encoding="utf-8").split("\n"):
        mark, rest = line[:1], line[2:]
        if mark in ("?", "!"):
            questions.append(Question(rest, bad=mark == "!", archive=archive))
        elif mark == "%":
            archive = rest
        elif mark == "=":
            questions[-1].count = int(rest)
        elif mark == ">":
            questions[-1].ids.append(rest)
        elif mark == "@":
            questions[-1].offset = int(rest)
        elif mark == "~":
            questions[-1].hint = rest
        else:
            assert mark in ("", "#"), line
    return questions


@pytest.fixture(scope="module")
def samples():
    with es.memory() as archive, es.memory() as blog:
        archive.ingest(PROJECT / "examples" / "archive")
        blog.ingest(PROJECT / "examples" / "blog")
        yield {"archive": archive, "blog": blog}


def test_every_question_has_its_answer(samples, ran):
    good = [question for question in read_questions() if not question.bad]
    assert len(good) >= QUESTIONS_AT_LEAST
    for question in good:
        hits = samples[question.archive].query(question.text)
        assert hits.count() == len(hits) == question.count, question.text
        if question.ids:
            assert list(hits.ids()) == question.ids, question.text
        assert es.Query(str(hits.query)) == hits.query
    ran(f"{len(good)} with answers")


def test_every_bad_question_says_where_and_what_instead(samples, ran):
    bad = [question for question in read_questions() if question.bad]
    assert len(bad) >= BAD_AT_LEAST
    for question in bad:
        with pytest.raises(es.ParseError) as caught:
            es.Query(question.text)
        error = caught.value
        assert (error.text, error.offset, error.hint) == (question.text, question.offset, question.hint)
        # A store at hand changes the hint alone.
        with pytest.raises(es.ParseError) as caught:
            samples["archive"].query(question.text)
        assert (caught.value.text, caught.value.offset) == (question.text, question.offset)
    ran(f"{len(bad)} that cannot be read")
