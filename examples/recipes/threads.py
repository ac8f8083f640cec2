"""Many threads ask one store while another thread writes to it.

.venv/bin/python examples/recipes/threads.py
"""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"
YEARS = range(2014, 2020)


def year_of(snapshot: eventstore.Snapshot, year: int) -> tuple[int, int]:
    """Two questions with one state of the store behind them, whatever is written in between."""
    hits = snapshot.query(str(year))
    return hits.count(), sum(1 for _ in hits)


with eventstore.memory() as store:
    store.ingest(SAMPLE)
    done = threading.Event()

    def write() -> None:
        day = datetime.date(2018, 5, 1)
        for number in range(20):
            # Events that are added together are one commit; here each is its own on purpose.
            event = eventstore.Event(id=f"2018/05/1/bulletin-{number}", date=day, title=f"Bulletin {number}")
            store.add(event)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    rounds = 0
    with ThreadPoolExecutor(4) as readers:
        while not done.is_set() or rounds == 0:
            snapshot = store.snapshot()
            for count, seen in readers.map(lambda year, state=snapshot: year_of(state, year), YEARS):
                assert count == seen
            rounds += 1
    writer.join()
    print(f"{rounds} rounds of {len(YEARS)} questions beside {store.query('2018-05-01').count()} commits")
    assert store.query("2018-05-01").count() == 20
