"""The system calls that no program needs and that reach beyond its sandbox: a seccomp filter, as BPF instructions.

What is refused gives EPERM; what is newer than this list gives ENOSYS, so that a library falls back.
"""

from __future__ import annotations

import os
import struct

__all__ = ["ARCHITECTURES", "program"]

# Numbers on x86-64 and on arm64 (None where it has no such call). From 424 on they are the same everywhere.
_ALWAYS: dict[str, tuple[int, int | None]] = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "migrate_pages": (256, 238), "move_pages": (279, 239),
    # standing back behind others, to be taken for the victim of a busy machine
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    # the kernel's wide surfaces
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fanotify_init": (300, 262),
    "modify_ldt": (154, None), "iopl": (172, None), "ioperm": (173, None), "lookup_dcookie": (212, 18),
    "uselib": (134, None), "personality": (135, 92), "memfd_secret": (447, 447),
    # mounts and namespaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "open_tree": (428, 428), "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    # the machine
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "syslog": (103, 116), "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162),
    "vhangup": (153, 58),
    # the network (a pair of sockets within one process is left: event loops need it)
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200),
    # memory that outlives a process, or that no limit of a process counts
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181), "memfd_create": (319, 279),
}  # fmt: skip
# Where no namespace holds a program: what reaches other processes, and what Landlock does not know of files.
_SHARED: dict[str, tuple[int, int | None]] = {
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281), "setsid": (112, 157),
    "setpgid": (109, 154), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "chmod": (90, None),
    "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, None), "fchown": (93, 55), "lchown": (94, None),
    "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "utime": (132, None),
    "utimes": (235, None), "utimensat": (280, 88), "futimesat": (261, None), "truncate": (76, 45),
    "inotify_init": (253, None), "inotify_init1": (294, 26),
}  # fmt: skip
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE, _CLONE3, _NEWEST = (56, 220), 435, 450
_SIGNALS = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "prlimit64": (302, 261)}
_NAMESPACES, _THREAD = 0x7E020000, 0x00010000
_EPERM, _ENOSYS = 0x00050001, 0x00050026
_ALLOW, _KILL = 0x7FFF0000, 0x80000000


def program(*, shared: bool, machine: str | None = None, own: int = 0) -> bytes:
    """The filter, for ``bwrap --seccomp`` or ``prctl``.

    Args:
        shared: the program shares the machine's processes and files (no namespaces): it may start no process, and
            signal only itself.
        machine: as ``os.uname`` names it.
        own: the number of the process, where ``shared``.

    Raises:
        OSError: this processor's calls are not known here.

    >>> len(program(shared=False, machine="x86_64")) % 8
    0
    """
    machine = machine or os.uname().machine
    if machine not in ARCHITECTURES:
        raise OSError(f"the numbers of the system calls of {machine} are not known here")
    which, audit = ARCHITECTURES[machine]
    code = [_load(4), _jump(0x15, audit, 1, 0), _give(_KILL), _load(0)]
    code += [_jump(0x25, _NEWEST, 0, 1), _give(_ENOSYS), _jump(0x15, _CLONE3, 0, 1), _give(_ENOSYS)]
    for numbers in [*_ALWAYS.values(), *(_SHARED.values() if shared else ())]:
        if numbers[which] is not None:
            code += [_jump(0x15, numbers[which] or 0, 0, 1), _give(_EPERM)]
    # clone(flags): no new namespaces; threads alone where `shared`
    body = [_load(16), _jump(0x45, _NAMESPACES, 0, 1), _give(_EPERM)]
    if shared:
        body += [_jump(0x45, _THREAD, 1, 0), _give(_EPERM)]
    body.append(_give(_ALLOW))
    code += [_jump(0x15, _CLONE[which], 0, len(body)), *body]
    if shared:
        for name, numbers in _SIGNALS.items():
            body = [_load(16), _jump(0x15, own, 1, 0), _give(_EPERM), _give(_ALLOW)]
            if name == "prlimit64":
                body[1:1] = [_jump(0x15, 0, 2, 0)]
            if name == "tkill":
                body = [_give(_EPERM)]
            code += [_jump(0x15, numbers[which], 0, len(body)), *body]
    return b"".join([*code, _give(_ALLOW)])


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", 0x20, 0, 0, offset)


def _jump(test: int, value: int, yes: int, no: int) -> bytes:
    return struct.pack("=HBBI", test, yes, no, value)


def _give(action: int) -> bytes:
    return struct.pack("=HBBI", 0x06, 0, 0, action)
