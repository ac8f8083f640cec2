"""Ctrl-C ends a long iteration soon, also where no line of Python runs between two events."""

import signal
import subprocess
import sys

import pytest

# Of processor time, so that a busy machine does not matter.
SECONDS = 0.3
AFTER = 0.1
CODE = f"""
import collections, itertools, signal, time
import eventstore as es

store = es.memory()
store.add(
    es.Event(id=f"2017/03/2/event-{{n}}", date="2017-03-02", title="A title", summary="Words. " * 40)
    for n in range(2_000)
)
hits = store.query()
signal.signal(signal.SIGPROF, signal.default_int_handler)
started = time.process_time()
signal.setitimer(signal.ITIMER_PROF, {AFTER})
try:
    # Endless, and all of it in C, as `list(hits)` is.
    collections.deque(itertools.chain.from_iterable(itertools.repeat(ITERABLE)), maxlen=0)
except KeyboardInterrupt:
    print(time.process_time() - started)
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the platform has no timer of this kind")
@pytest.mark.parametrize("iterable", ["hits", "hits[:7]", "store"])
def test_ctrl_c_ends_an_iteration_soon(iterable):
    run = subprocess.run(
        [sys.executable, "-c", CODE.replace("ITERABLE", iterable)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert float(run.stdout) < AFTER + SECONDS


# Each event that is taken is followed by a Ctrl-C, which no line of Python sees.
GOES_ON = """
import _thread, collections, itertools, operator, signal
import eventstore as es

store = es.memory()
store.add(
    es.Event(id=f"2017/03/2/event-{n:04}", date="2017-03-02", title="A title") for n in range(1000)
)
walk, seen, interruptions = iter(store.query()), [], 0
ctrl_c = map(_thread.interrupt_main, itertools.repeat(signal.SIGINT))
taken = map(operator.itemgetter(0), zip(walk, ctrl_c))
# A program in the background has no handler of its own.
signal.signal(signal.SIGINT, signal.default_int_handler)
while True:
    try:
        collections.deque(map(seen.append, taken), maxlen=0)
        break
    except KeyboardInterrupt:
        interruptions += 1
assert [event.id for event in seen] == store.query().ids()
print(interruptions)
"""


def test_an_iteration_that_was_interrupted_goes_on_where_it_was():
    # In a process of its own: tools that run tests hang Python code on the collector of garbage.
    run = subprocess.run(
        [sys.executable, "-c", GOES_ON], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) >= 4


# The handler is called while the answer is read: by the second call of the system's timer at the latest.
COLUMNS = """
import signal, time
import eventstore as es

store = es.memory()
store.add(
    es.Event(id=f"2017/03/2/event-{n}", date="2017-03-02", title="A title") for n in range(9_000)
)
hits = store.query()
CALL  # imports what it needs
calls = 0
def interrupt(number, frame):
    raise KeyboardInterrupt
signal.signal(signal.SIGPROF, interrupt)
started = time.process_time()
signal.setitimer(signal.ITIMER_PROF, 0.01)
try:
    while True:
        CALL
        calls += 1
except KeyboardInterrupt:
    print(calls, time.process_time() - started)
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the platform has no timer of this kind")
@pytest.mark.parametrize("call", ["hits.to_arrow()", "hits.to_polars()", "hits.to_pandas()"])
def test_ctrl_c_ends_columns_within_the_answer(call):
    run = subprocess.run(
        [sys.executable, "-c", COLUMNS.replace("CALL", call)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split()[0] == "0", "the answer was made to its end before the interruption counted"
