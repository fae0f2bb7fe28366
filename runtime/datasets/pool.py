"""Independent tasks on several processes, each with a fixed share of them.

Shares are fixed beforehand (every n-th task), so nothing depends on timing. Workers are started afresh, not forked,
because the parent may hold a threaded torch; and each ends by itself once its parent is gone, since the pipe it
reports to is then closed.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_tasks(
    function: Callable[[Task], Result], tasks: Sequence[Task], workers: int, stop: Callable[[], bool]
) -> Iterator[tuple[Task, Result]]:
    """Yield (task, result) as results come in; with one worker here, in order.

    `function`, results and exceptions must be picklable. An exception of a task is raised here and ends the other
    workers; RuntimeError when a worker dies without a word. Ends early, without an error, once `stop` says so.
    """
    workers = min(workers, len(tasks))
    if workers <= 1:
        for task in tasks:
            if stop():
                return
            yield task, function(task)
        return
    context = multiprocessing.get_context("spawn")
    processes = []
    waiting: dict[Connection, int] = {}
    try:
        for number in range(workers):
            reader, writer = context.Pipe(duplex=False)
            share = tasks[number::workers]
            process = context.Process(target=_work, args=(function, share, writer), daemon=True)
            process.start()
            writer.close()
            processes.append(process)
            waiting[reader] = len(share)
        while waiting and not stop():
            for reader in [reader for reader in wait(list(waiting), timeout=0.2) if isinstance(reader, Connection)]:
                try:
                    task, result, error = reader.recv()
                except EOFError:
                    raise RuntimeError(f"a worker died with {waiting[reader]} tasks to do") from None
                if error is not None:
                    raise error
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    del waiting[reader]
                yield task, result
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _work(function: Callable[[Any], Any], tasks: Sequence[Any], writer: Connection) -> None:
    for task in tasks:
        message: tuple[Any, Any, Exception | None]
        try:
            message = (task, function(task), None)
        except Exception as error:  # whatever it is, the parent is to raise it
            message = (task, None, error)
        try:
            writer.send(message)
        except BrokenPipeError:
            return
    writer.close()
