"""Ctrl-C ends a long iteration soon."""

import signal
import subprocess
import sys
import time

import pytest

SECONDS = 0.3
CODE = """
import sys, time, eventstore as es
store = es.memory()
store.add(
    es.Event(id=f"2017/03/2/event-{n}", date="2017-03-02", title="A title", summary="Words. " * 40)
    for n in range(100_000)
)
hits = store.query()
print("ready", flush=True)
try:
    while True:
        COLLECT
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("collect", ["list(hits)", "sum(1 for _ in hits)", "list(store.values())"])
def test_ctrl_c_ends_an_iteration_soon(collect):
    run = subprocess.Popen(
        [sys.executable, "-c", CODE.replace("COLLECT", collect)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert run.stdout.readline() == "ready\n"
        time.sleep(0.1)
        started = time.perf_counter()
        run.send_signal(signal.SIGINT)
        assert run.stdout.readline() == "interrupted\n"
        assert time.perf_counter() - started < SECONDS
    finally:
        run.kill()
        run.wait()
