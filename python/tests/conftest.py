"""What the tests share: the count of questions asked, said at the end of the run."""

import pytest

_asked: list[str] = []


@pytest.fixture
def ran():
    """Takes a sentence about what a test ran over; the run ends with all of them."""
    return _asked.append


def pytest_terminal_summary(terminalreporter):
    if _asked:
        terminalreporter.write_line(f"questions: {', '.join(_asked)}")
