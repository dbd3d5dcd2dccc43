"""System calls that no notebook needs and that reach past what can be counted or shut off.

The kernel of a cage has no rights and sees only its own processes, so most of these would fail
anyway; but memory made by some of them belongs to no process, keys outlive the cage, and the rest
has a long history of holes. A filter says "not implemented" or "not permitted"; libraries that try
such a call fall back to another way.
"""

from __future__ import annotations

import ctypes
import os
import struct

EPERM, ENOMEM, ENOSYS, EAFNOSUPPORT = 1, 12, 38, 97
#: Shared memory in one piece, in MB; see :func:`casebank.grading.inside.usage.memory`.
SHARED_MB = 128

#: name -> numbers on x86_64 and aarch64; -1 where there is none.
_CALLS = {
    # Memory that no process has to hold.
    ENOSYS: {
        "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
        "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186),
        # Takes its flags from memory, where a filter cannot look; clone is used instead.
        "clone3": (435, 435),
        # Rules and queues that are kept for whoever asks.
        "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
        "landlock_restrict_self": (446, 446), "inotify_init": (253, -1), "inotify_init1": (294, 26),
        "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    },
    EPERM: {
        # Keys live on in the machine.
        "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
        # Other processes.
        "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
        "pidfd_getfd": (438, 438), "kcmp": (312, 272),
        # Namespaces and mounts.
        "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
        "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
        "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
        "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
        "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
        # The machine itself.
        "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
        "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "kexec_load": (246, 104),
        "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
        "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224),
        "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "quotactl_fd": (443, 443),
        "iopl": (172, -1), "ioperm": (173, -1), "modify_ldt": (154, -1), "syslog": (103, 116),
        "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    },
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_MMAP, _CLONE, _SECCOMP = (9, 222), (56, 220), (317, 277)
_PRCTL, _SETSOCKOPT = (157, 167), (54, 208)
_SOCKET = ((41, 198), (53, 199))
#: Kinds of sockets that stay in the cage's own network: unix, IPv4, IPv6, netlink.
_FAMILIES = (1, 2, 10, 16)
_SET_DUMPABLE = 4
#: SO_SNDBUF, SO_RCVBUF and their forms for who has rights.
_BUFFERS = (7, 8, 32, 33)
_NEW_SPACES = 0x7E020000
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _ABOVE, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_SET_FILTER, _SPEC_ALLOW = 1, 4


def program(machine: str) -> list[tuple[int, int, int, int]] | None:
    """The filter for a kind of machine; None where its numbers are not known here."""
    if machine not in _MACHINES:
        return None
    column, arch = _MACHINES[machine]
    # Another kind of call (32 bit) has other numbers: nothing of it.
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _ERRNO | EPERM),
        (_LOAD, 0, 0, 0),
    ]
    if machine == "x86_64":
        steps += [(_ABOVE, 0, 1, 0x3FFFFFFF), (_RETURN, 0, 0, _ERRNO | ENOSYS)]
    for error, calls in _CALLS.items():
        for numbers in calls.values():
            if numbers[column] >= 0:
                steps += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ERRNO | error)]
    # clone: as a process or thread, but not into a namespace of its own.
    steps += [
        (_EQUAL, 0, 3, _CLONE[column]),
        (_LOAD, 0, 0, 16),
        (_ANY_BIT, 0, 1, _NEW_SPACES),
        (_RETURN, 0, 0, _ERRNO | EPERM),
        (_LOAD, 0, 0, 0),
    ]
    # mmap: shared memory in pieces that can be counted. Arguments: length is the second, flags the
    # fourth.
    steps += [
        (_EQUAL, 0, 7, _MMAP[column]),
        (_LOAD, 0, 0, 16 + 8 * 3),
        (_ANY_BIT, 0, 5, 1),
        (_LOAD, 0, 0, 16 + 8 + 4),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, 16 + 8),
        (_ABOVE, 0, 1, SHARED_MB << 20),
        (_RETURN, 0, 0, _ERRNO | ENOMEM),
    ]
    # prctl: a process may not hide what it uses. First argument.
    steps += [
        (_EQUAL, 0, 4, _PRCTL[column]),
        (_LOAD, 0, 0, 16),
        (_EQUAL, 0, 1, _SET_DUMPABLE),
        (_RETURN, 0, 0, _ERRNO | EPERM),
        (_LOAD, 0, 0, 0),
    ]
    # socket, socketpair: of a kind that a network namespace shuts off. First argument.
    for numbers in _SOCKET:
        steps += [
            (_EQUAL, 0, 7, numbers[column]),
            (_LOAD, 0, 0, 16),
            *((_EQUAL, 4 - place, 0, kind) for place, kind in enumerate(_FAMILIES)),
            (_RETURN, 0, 0, _ERRNO | EAFNOSUPPORT),
            (_LOAD, 0, 0, 0),
        ]
    # setsockopt: buffers stay as large as they are counted; whoever asks for more hears that all is
    # well, as from a system that has no more to give. Second and third arguments.
    steps += [
        (_EQUAL, 0, 8, _SETSOCKOPT[column]),
        (_LOAD, 0, 0, 16 + 8),
        (_EQUAL, 0, 6, 1),
        (_LOAD, 0, 0, 16 + 8 * 2),
        *((_EQUAL, 3 - place, 0, name) for place, name in enumerate(_BUFFERS[:3])),
        (_EQUAL, 0, 1, _BUFFERS[3]),
        (_RETURN, 0, 0, _ERRNO),
        (_LOAD, 0, 0, 0),
    ]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def restrict() -> bool:
    """Put the filter on this process and all that descends from it; whether that worked.

    ``no_new_privs`` must be set.
    """
    machine = os.uname().machine
    steps = program(machine)
    if steps is None:
        return False
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))

    class _Program(ctypes.Structure):
        _fields_ = (("count", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    filter_ = _Program(len(steps), ctypes.addressof(buffer))
    number = _SECCOMP[_MACHINES[machine][0]]
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(number, _SET_FILTER, _SPEC_ALLOW, ctypes.byref(filter_)) == 0)
