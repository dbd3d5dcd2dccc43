"""What a cage uses, counted from its process 1: memory, open files, the folder of its sockets."""

from __future__ import annotations

import contextlib
import os
import resource
import stat
import time

from casebank.grading.inside.calls import SHARED_MB

MB = 1024 * 1024
PAGE = resource.getpagesize()
#: Open files of all processes of a cage: each may hold buffers that belong to no process.
FILES = 1024
#: As many as one process can have open, and counts for when it does not say.
OPEN_FILES = 512
#: A kernel has some thirty. More of them are counted at what they can hold: a socket pair between
#: processes at the kernel's default, any other at what its buffers may grow to.
FREE_SOCKETS, UNIX_SOCKET, OTHER_SOCKET = 64, MB // 4, 10 * MB
#: Bytes that Linux keeps for each piece of a process's addresses, and pieces that one can have.
MAPPING, MAPPINGS = 256, 65_530
#: How long to go from one process to the next at a time, and when to begin again.
ASKING_SECONDS, AGAIN_SECONDS = 0.03, 1.0
#: Locks of files, each of which takes the machine's memory and no process's.
LOCKS = 4096
#: A line of /proc/locks, and more.
_LOCK_LINE = 100


class Usage:
    """Counts what is in use in a process namespace whose process 1 we are."""

    def __init__(self, memory_mb: int, channel: str) -> None:
        self.most = memory_mb * MB
        self.channel = channel
        self.files = max(FILES, memory_mb)
        self.baseline = resident(1)
        #: How many pieces each process's addresses are in, as far as there was time to count.
        self.pieces: dict[str, int] = {}
        self.asked = 0.0
        self.shared = _shmem()

    def over(self) -> str | None:
        """The reason why it is too much, if it is."""
        names = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]  # noqa: PTH208
        pids = [_living(name) for name in names]
        count, held = _files(pids)
        room = self.most - held - self.kept_for(pids)
        if count > self.files or room < 0 or _many_locks() or self.memory(pids, room) > room:
            return "limit-memory"
        return "limit-output" if _size(self.channel) > MB else None

    def memory(self, pids: list[str], room: int) -> int:
        """Bytes in use by processes; what they share is counted once where it matters.

        Args:
            pids: the processes.
            room: more than so much need not be counted: to ask each takes its time.
        """
        each = {pid: max(0, resident(pid) - self.baseline) for pid in pids}
        rough = sum(each.values())
        if _shmem() - self.shared > self.most // 4:
            # Shared memory stays in use when nobody has its pages at hand: each piece counts as
            # the largest that may be had.
            pieces = _shared_maps(pids)
            rough += len(pieces) * SHARED_MB * MB if pieces is not None else self.most
            if rough > self.most:
                return rough
        if rough <= room:
            return rough
        used = 0
        for pid in sorted(each, key=lambda pid: -each[pid]):
            share = _proportional(pid)
            # A process that does not let itself be looked at counts for all that it may share.
            used += each[pid] if share is None else share
            if used > room:
                break
        return used

    def kept_for(self, pids: list[str]) -> int:
        """Bytes that Linux keeps about the addresses of processes: tables of pages, pieces."""
        known = {pid: self.pieces[pid] for pid in pids if pid in self.pieces}
        began = time.monotonic()
        again = began - self.asked >= AGAIN_SECONDS
        if again:
            self.asked = began
        # Who has not been asked for the longest time stands first.
        for pid in [*(pid for pid in pids if pid not in known), *(known if again else ())]:
            known.pop(pid, None)
            known[pid] = _pieces(pid)
            if time.monotonic() - began > ASKING_SECONDS:
                break
        self.pieces = known
        return sum(map(_tables, pids)) + MAPPING * sum(known.values())


def resident(pid: int | str) -> int:
    """Bytes of memory that a process holds; 0 when it has gone, or is dead."""
    try:
        with open(f"/proc/{pid}/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _living(name: str) -> str:
    """Where below /proc a process tells of itself: its first thread may be dead, others alive."""
    try:
        if _state(name) in "ZX":
            threads = os.listdir(f"/proc/{name}/task")  # noqa: PTH208
            alive = (one for one in threads if _state(f"{name}/task/{one}") not in "ZX")
            return next((f"{name}/task/{one}" for one in alive), name)
    except OSError:
        pass
    return name


def _state(place: str) -> str:
    with open(f"/proc/{place}/stat", "rb") as file:  # noqa: PTH123
        return file.read().rpartition(b") ")[2][:1].decode()


def _proportional(pid: str) -> int | None:
    """Memory of a process, with its share of what it has in common with others.

    None where it does not say; 0 when it has gone.
    """
    if "/" in pid:
        # A thread is not asked for this.
        return None
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:  # noqa: PTH123
            return sum(int(line.split()[1]) * 1024 for line in file if line[:4] == "Pss:")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except (OSError, ValueError):
        return None


def _tables(pid: str) -> int:
    """Bytes of a process's tables of pages."""
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/status") as file:  # noqa: PTH123
        for line in file:
            if line.startswith("VmPTE:"):
                return int(line.split()[1]) * 1024
    return 0


def _pieces(pid: str) -> int:
    """How many pieces a process's addresses are in."""
    try:
        with open(f"/proc/{pid}/maps", "rb") as file:  # noqa: PTH123
            return sum(1 for _ in file)
    except PermissionError:
        return MAPPINGS if resident(pid) else 0
    except OSError:
        return 0


def _many_locks() -> bool:
    """Whether more files are locked in here than any honest program locks."""
    with contextlib.suppress(OSError), open("/proc/locks", "rb") as file:  # noqa: PTH123
        return len(file.read(LOCKS * _LOCK_LINE).splitlines()) > LOCKS
    return False


def _shmem() -> int:
    """Shared memory of the whole machine: a hint that somebody is using much of it."""
    with contextlib.suppress(OSError, ValueError), open("/proc/meminfo") as file:  # noqa: PTH123
        for line in file:
            if line.startswith("Shmem:"):
                return int(line.split()[1]) * 1024
    return 0


def _shared_maps(pids: list[str]) -> set[str] | None:
    """The pieces of shared memory without a file, by number; None where a process hides them."""
    found = set()
    for pid in pids:
        try:
            with open(f"/proc/{pid}/maps", errors="replace") as file:  # noqa: PTH123
                for line in file:
                    if line.rstrip().endswith("/dev/zero (deleted)"):
                        found.add(line.split()[4])
        except PermissionError:
            return None
        except OSError:
            continue
    return found


def _files(pids: list[str]) -> tuple[int, int]:
    """How many files are open, and the bytes that belong to no process.

    These lie in files that have no name any more, and in what sockets hold for somebody who does
    not read: of that, each socket beyond some counts for as much as it can hold.
    """
    count, lost = 0, {}
    for pid in pids:
        try:
            for entry in os.scandir(f"/proc/{pid}/fd"):
                count += 1
                with contextlib.suppress(OSError):
                    info = entry.stat()
                    if stat.S_ISREG(info.st_mode) and info.st_nlink == 0:
                        lost[info.st_dev, info.st_ino] = info.st_blocks * 512
        except PermissionError:
            # Nobody needs to hide: it may have as many open as one process can. The dead have none.
            count += OPEN_FILES if resident(pid) else 0
        except OSError:
            continue
    return count, sum(lost.values()) + _held_by_sockets()


def _held_by_sockets() -> int:
    """Bytes that sockets may hold, also those that no process has open: sent, or not accepted."""
    used = near = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        with open("/proc/net/sockstat") as file:  # noqa: PTH123
            used = int(file.readline().split()[2])
        if used > FREE_SOCKETS:
            with open("/proc/net/unix", "rb") as file:  # noqa: PTH123
                near = min(used, sum(1 for _ in file) - 1)
            # A namespace has a few of its own.
            return near * UNIX_SOCKET + max(0, used - near - FREE_SOCKETS // 4) * OTHER_SOCKET
    return 0


def _size(folder: str) -> int:
    """Bytes that lie in a folder and those below it; many files count for themselves."""
    size = 0
    for top, folders, names in os.walk(folder):
        size += 4096 * (len(folders) + len(names))
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(top, name)).st_size  # noqa: PTH118
        if size > MB:
            break
    return size
