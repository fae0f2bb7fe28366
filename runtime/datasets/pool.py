"""Independent tasks on several processes, each of which is given the next one when it is done with one.

A task's result depends on the task alone, so nothing but the order of results depends on timing. Workers are started
afresh, not forked, because the parent may hold a threaded torch; and each ends by itself once its parent is gone, since
the pipe between them is then closed.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_tasks(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    stop: Callable[[], bool],
    follow: Callable[[Task, Result], Sequence[Task]] | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Yield (task, result) as results come in; with one worker here, in order.

    `follow` gives the tasks that come of a result; they are done before those that wait. `function`, tasks, results and
    exceptions must be picklable. An exception of a task is raised here and ends the other workers; RuntimeError when a
    worker dies without a word. Ends early, without an error, once `stop` says so.
    """
    waiting = deque(tasks)
    more = follow or (lambda task, result: ())
    if (min(workers, len(tasks)) <= 1 and follow is None) or workers <= 1:
        while waiting and not stop():
            task = waiting.popleft()
            result = function(task)
            waiting.extendleft(reversed(more(task, result)))
            yield task, result
        return
    context = multiprocessing.get_context("spawn")
    processes = []
    idle: list[Connection] = []
    busy: dict[Connection, Task] = {}
    try:
        for _ in range(workers if follow else min(workers, len(tasks))):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(function, there), daemon=True)
            process.start()
            there.close()
            processes.append(process)
            idle.append(here)
        while (waiting or busy) and not stop():
            while waiting and idle:
                pipe = idle.pop()
                busy[pipe] = waiting.popleft()
                with suppress(BrokenPipeError):  # it died, which its end of the pipe says below
                    pipe.send(busy[pipe])
            for pipe in [pipe for pipe in wait(list(busy), timeout=0.2) if isinstance(pipe, Connection)]:
                task = busy.pop(pipe)
                try:
                    result, error = pipe.recv()
                except (EOFError, ConnectionResetError):
                    raise RuntimeError(f"a worker died at a task, with {len(waiting)} to do") from None
                if error is not None:
                    raise error
                idle.append(pipe)
                waiting.extendleft(reversed(more(task, result)))
                yield task, result
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _work(function: Callable[[Any], Any], pipe: Connection) -> None:
    while True:
        try:
            task = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        message: tuple[Any, Exception | None]
        try:
            message = (function(task), None)
        except Exception as error:  # whatever it is, the parent is to raise it
            message = (None, error)
        try:
            pipe.send(message)
        except BrokenPipeError:
            return
