"""Workers on many machines: tasks out over Dask ``distributed``, decisions back to the one writer.

The unit is one submission: pure and idempotent, so it is simply given to another worker when one
dies. Every worker has the assignment once (:class:`casebank.grading.station.Orders`, also one that
joins later); each submission travels with its task, and no more than a few per thread are under
way, so that a class of any size needs no memory.

Scheduler and workers speak pickle: whoever reaches the scheduler can run code on every machine.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import pickle
import queue
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from casebank.check.visible import say
from casebank.errors import CasebankError, EnvironmentFault, UsageError
from casebank.grading.model import Decision, Kit, Task
from casebank.grading.pool import GRACE, PULSE

if TYPE_CHECKING:
    from distributed import Client, Future

#: Submissions under way for each thread: one in hand, the others on their way.
DEPTH = 3
#: A task that raises, which is our own failure, is tried again so many times.
RETRIES = 2
#: Seconds until the scheduler has to answer, and to have a worker.
CONNECT = 8
WORKERS = 10
#: Seconds that a look at every worker may take.
SURVEY = 60
#: Seconds that a run waits for a worker when there is none left.
NOBODY = 60
#: Seconds that saying goodbye may take.
GOODBYE = 1.2
_ADDRESS = re.compile(r"(tcp|tls)://([^/:]+|\[[0-9a-fA-F:]+\]):\d{1,5}")
_CERTIFICATES = (
    "set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY, see the guide to grading on a cluster"
)


class Wide:
    """The workers of a Dask cluster.

    Args:
        kit: the assignment.
        address: of the scheduler, ``tcp://host:port`` or ``tls://host:port``.

    Raises:
        UsageError: this is no address, or the course's settings cannot travel.
        EnvironmentFault: Dask is not installed, nobody answers, or a worker cannot grade.
    """

    def __init__(self, kit: Kit, address: str) -> None:
        _check(kit, address)
        self.kit, self.address = kit, address
        self.told, self.token = _told(kit), ""
        self.client = _connect(address)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        """Look at every machine, then give the assignment to all of them."""
        from casebank.grading import station

        self._known, self._looked, self._seen = 0, 0.0, time.monotonic()
        try:
            self.client.wait_for_workers(1, timeout=WORKERS)
        except TimeoutError:
            raise EnvironmentFault(
                "the scheduler has no workers",
                self.address,
                f"start some: dask worker {self.address}",
            ) from None
        self.token = f"{station.PLUGIN}{self.client.id}"
        self.wanted = station.versions()
        self._survey()
        isolate = self.kit.sandbox
        orders = station.Orders(self.token, pickle.dumps(self.kit), self.wanted, isolate)
        _within(SURVEY, lambda: self.client.register_plugin(orders, name=self.token))

    def _survey(self) -> None:
        """Refuse machines that cannot grade, before a submission gets there.

        Raises:
            EnvironmentFault: the scheduler or a worker cannot, with its address.
        """
        from casebank.grading import station

        ask = self.client.run_on_scheduler
        try:
            other, left = _within(SURVEY, lambda: ask(station.survey, self.wanted))
        except Exception as error:
            raise _unfit(f"the scheduler {self.address}", _foreign(error)) from None
        if other:
            raise _unfit(f"the scheduler {self.address}", other)
        for name in left:
            # The parent of that run was killed; its workers still wait for it.
            _within(SURVEY, lambda name=name: self.client.unregister_worker_plugin(name))
        found = _within(
            SURVEY,
            lambda: self.client.run(
                station.unfit, self.wanted, self.kit.sandbox, on_error="return"
            ),
        )
        for address, why in sorted(found.items()):
            if isinstance(why, BaseException):
                why = _foreign(why)
            if why:
                raise _unfit(f"worker {address}", why)

    def calibrate(self, kit: Kit) -> None:
        """Tell every worker what the proof has shown: it travels with each task."""
        self.kit, self.told = kit, _told(kit)

    def run(self, tasks: Iterator[Task], stop: Callable[[], bool]) -> Iterator[Decision]:
        """Grade tasks; ends early when ``stop`` says so.

        Raises:
            EnvironmentFault: a worker cannot grade, or the cluster has gone; what is finished is
                finished.
        """
        ready: queue.SimpleQueue[Future] = queue.SimpleQueue()
        flight: dict[str, tuple[Future, Task]] = {}
        more, heard = True, time.monotonic()
        try:
            while not stop():
                room = DEPTH * self._threads()
                while more and len(flight) < room:
                    task = next(tasks, None)
                    if task is None:
                        more = False
                        break
                    future = self._submit(task)
                    flight[future.key] = (future, replace(task, files={}))
                    future.add_done_callback(ready.put)
                if not more and not flight:
                    return
                try:
                    future = ready.get(timeout=PULSE)
                except queue.Empty:
                    yield from self._overdue(flight, heard)
                    continue
                if future.key not in flight:
                    continue
                decision = self._decision(future, flight[future.key][1])
                if decision is None:
                    time.sleep(PULSE / 4)
                    future.add_done_callback(ready.put)
                    continue
                heard = time.monotonic()
                del flight[future.key]
                yield decision
        finally:
            self._forget([future for future, _ in flight.values()])

    def _submit(self, task: Task) -> Future:
        from casebank.grading import station

        body = pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)
        parcel = station.Parcel(self.told, body)
        with warnings.catch_warnings():
            # That a submission is large is its own business.
            warnings.simplefilter("ignore")
            return self.client.submit(
                station.grade, self.token, parcel, pure=False, retries=RETRIES
            )

    def _threads(self) -> int:
        """Threads of all workers that are there now; more may join.

        Raises:
            EnvironmentFault: for too long there has been none.
        """
        now = time.monotonic()
        if now - self._looked > 1:
            found: dict[str, int] = {}
            with contextlib.suppress(Exception):
                found = _within(CONNECT, self.client.nthreads)
            self._looked = time.monotonic()
            if found:
                self._known, self._seen = sum(found.values()), self._looked
            elif self._looked - self._seen > NOBODY:
                raise self._gone("its last worker has gone")
        return max(1, self._known)

    def _decision(self, future: Future, task: Task) -> Decision | None:
        """What became of a task; None when its result has to be waited for once more."""
        from distributed import KilledWorker

        from casebank.grading.station import Unfit
        from casebank.grading.steady import fault_of

        if future.status == "cancelled":
            raise self._gone("the connection was lost")
        if future.status in ("lost", "pending"):
            # The worker that had it died before it was fetched: it is being graded once more.
            return None
        try:
            answer: Any = pickle.loads(future.result(timeout=2))
        except TimeoutError:
            return None
        except KilledWorker:
            return fault_of(task, self.kit, "every worker that had it was killed")
        except Exception as error:
            if not self._alive():
                raise self._gone("the connection was lost") from None
            # Somebody may have joined who cannot grade: then it is not the submission's fault.
            self._survey()
            return fault_of(task, self.kit, f"{type(error).__name__}: {error}")
        if isinstance(answer, Unfit):
            raise _unfit(f"worker {answer.where}", answer.why)
        return answer

    def _overdue(self, flight: dict[str, tuple[Future, Task]], heard: float) -> Iterator[Decision]:
        """Hold what no worker gives back: the local limits, twice over, have long passed."""
        from casebank.grading.steady import fault_of

        if not self._alive():
            raise self._gone("the connection was lost")
        limits = self.kit.pack.limits
        most = 2 * (limits.wall_seconds * len(self.kit.pack.sheets) * 3 + GRACE) + NOBODY
        if time.monotonic() - heard < most:
            return
        late = list(flight.values())
        flight.clear()
        self._forget([future for future, _ in late])
        for _, task in late:
            yield fault_of(task, self.kit, f"no worker answered within {most} s")

    def _alive(self) -> bool:
        return bool(self.client.status == "running")

    def _gone(self, what: str) -> EnvironmentFault:
        return EnvironmentFault(
            f"{what}; what was finished is kept", self.address, "run the same command again"
        )

    def _forget(self, futures: list[Future]) -> None:
        if futures and self._alive():
            with contextlib.suppress(Exception):
                _within(GOODBYE / 2, lambda: self.client.cancel(futures, force=True))

    def close(self) -> None:
        """Take the assignment away from every worker; what is under way there ends at once."""
        with contextlib.suppress(Exception):
            if self.token and self._alive():
                _within(GOODBYE, lambda: self.client.unregister_worker_plugin(self.token))
        with contextlib.suppress(Exception):
            _within(GOODBYE / 2, lambda: self.client.close(timeout=GOODBYE / 2))


def _check(kit: Kit, address: str) -> None:
    """Everything that can be refused without a network."""
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"'{address}' is no scheduler's address", "--scheduler", "write it as tls://HOST:8786"
        )
    if importlib.util.find_spec("distributed") is None:
        raise EnvironmentFault(
            "grading on several machines needs Dask, which is not installed",
            "--scheduler",
            "install it: pip install 'casebank[wide]'",
        )
    if not kit.pack.config:
        raise UsageError(
            "this course's nbgrader_config.py holds objects that cannot travel to other machines",
            "--scheduler",
            "grade on this machine, without --scheduler",
        )
    host = address.partition("://")[2].rpartition(":")[0].strip("[]")
    local = host in ("localhost", "::1") or host.startswith("127.")
    if address.startswith("tcp://") and not local:
        say(
            "casebank: warning: tcp:// sends submissions unencrypted, and whoever reaches the "
            "scheduler can run code on its workers; use tls://",
            sys.stderr,
        )


def _connect(address: str) -> Client:
    # What Dask has to say, we say in a sentence of our own.
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    from distributed import Client
    from distributed.security import Security

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    todo = "see that it runs and that the address is right"
    if address.startswith("tls://"):
        try:
            secure = Security().get_connection_args("client").get("ssl_context") is not None
        except (OSError, ValueError) as error:
            raise EnvironmentFault(
                f"the certificates cannot be read ({error})", address, _CERTIFICATES
            ) from None
        if not secure:
            raise UsageError("tls:// needs certificates", address, _CERTIFICATES)
        todo += ", and that both sides have certificates of the same authority"
    try:
        return Client(address, timeout=CONNECT, set_as_default=False)
    except Exception:
        # Whatever it is called (TimeoutError, OSError, CommClosedError): nobody we can speak to.
        raise EnvironmentFault("no Dask scheduler answers there", address, todo) from None


def _told(kit: Kit) -> bytes:
    return pickle.dumps((kit.unverifiable, kit.trust))


def _foreign(error: BaseException) -> str:
    if isinstance(error, (ImportError, AttributeError)):
        return "it does not have this Casebank: install the same environment there"
    return f"it does not answer as it should ({type(error).__name__}: {error})"


def _unfit(who: str, why: str) -> CasebankError:
    what, _, todo = why.partition(": ")
    return EnvironmentFault(f"{who} cannot grade, since {what}", "", todo)


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """Call, but wait no longer than so many seconds.

    Raises:
        TimeoutError: it took longer; it goes on unheard.
    """
    answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put((True, call()))
        except BaseException as error:
            answers.put((False, error))

    threading.Thread(target=work, daemon=True).start()
    try:
        good, answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if not good:
        raise answer
    return answer
