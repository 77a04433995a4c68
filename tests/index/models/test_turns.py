"""Who computes next: counted in runs, not in seconds."""

import threading
import time

from index.models.turns import Turns, work_in_background


def runs_in_background(turns: Turns, count: int, order: list[str]) -> threading.Thread:
    def work() -> None:
        work_in_background()
        for _ in range(count):
            with turns.turn():
                order.append("background")

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_no_more_runs_at_a_time_than_slots() -> None:
    turns, running, most = Turns(2), [0], [0]
    lock = threading.Lock()

    def work() -> None:
        for _ in range(50):
            with turns.turn():
                with lock:
                    running[0] += 1
                    most[0] = max(most[0], running[0])
                time.sleep(0)
                with lock:
                    running[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 2


def test_the_background_gives_way_while_somebody_asks() -> None:
    turns, order = Turns(1), list[str]()
    with turns.turn():
        background = runs_in_background(turns, 20, order)
        time.sleep(0.02)  # It waits for its first turn by now.
    for _ in range(20):
        with turns.turn():
            order.append("question")
    background.join()
    assert order[:20].count("question") >= 18
    assert order.count("background") == 20


def test_the_background_gets_on_however_much_is_asked() -> None:
    turns, order, stop = Turns(1), list[str](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            with turns.turn():
                time.sleep(0.001)

    asking = threading.Thread(target=ask)
    asking.start()
    runs_in_background(turns, 2, order).join(timeout=30)
    stop.set()
    asking.join()
    assert order == ["background"] * 2


def test_a_run_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1)
    for _ in range(3):
        try:
            with turns.turn():
                raise ValueError
        except ValueError:
            pass
    with turns.turn():
        pass
