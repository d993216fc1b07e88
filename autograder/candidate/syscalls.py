"""The system calls that a candidate may make; every other one answers EPERM.

An allow-list, so that a call which a future kernel adds is closed until somebody reads it.
Left out on purpose: sockets, exec, fork, ptrace, process_vm_*, pidfd_*, io_uring, bpf, keyctl,
mount, namespaces, perf, userfaultfd, memfd (memory outside the limit), sendmsg (passes file
descriptors), chmod, mkdir, links and mknod (only flat regular files in the scratch folder).
"""

from __future__ import annotations

import errno
import os
from typing import Any

MEMORY = "brk mmap munmap mremap mprotect madvise mincore membarrier"
THREADS = (
    "futex futex_waitv set_robust_list get_robust_list rseq set_tid_address sched_yield "
    "sched_getaffinity sched_getparam sched_getscheduler get_mempolicy arch_prctl getcpu"
)
TIME = (
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer "
    "setitimer alarm pause timerfd_create timerfd_settime"
)
FILES = (
    "read write pread64 pwrite64 readv writev open openat close close_range lseek stat fstat "
    "lstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat "
    "getdents getdents64 getcwd dup dup2 dup3 fcntl flock ftruncate truncate fsync fdatasync "
    "unlink unlinkat rename renameat renameat2 fadvise64 umask"
)
WAITING = (
    "poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 pipe pipe2"
)
CHANNEL = "sendto recvfrom shutdown getsockopt"  # on the one socket that was inherited
SIGNALS = "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait sigaltstack restart_syscall"
SELF = (
    "getpid gettid getppid getuid geteuid getgid getegid getgroups getpgrp getpgid getsid uname "
    "sysinfo getrusage getrlimit getrandom getpriority exit exit_group"
)
ALLOWED = " ".join((MEMORY, THREADS, TIME, FILES, WAITING, CHANNEL, SIGNALS, SELF)).split()

_CLONE_THREAD = 0x00010000
_PR_SET_NAME, _PR_GET_NAME = 15, 16
_TCGETS, _FIONREAD, _FIOCLEX = 0x5401, 0x541B, 0x5451


def restrict() -> bool:
    """Load the filter into this process for good. False where libseccomp is not installed."""
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError):
        return False
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        _allow(seccomp, rules, name)
    _allow_threads_but_no_processes(seccomp, rules)
    _allow_only_about_itself(seccomp, rules)
    rules.load()
    return True


def _allow_threads_but_no_processes(seccomp: Any, rules: Any) -> None:
    thread = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    rules.add_rule(seccomp.ALLOW, "clone", thread)
    # The flags of clone3 lie in memory, where a filter cannot look; glibc falls back to clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")


def _allow_only_about_itself(seccomp: Any, rules: Any) -> None:
    me = seccomp.Arg(0, seccomp.EQ, os.getpid())
    for name in ("kill", "tgkill"):
        rules.add_rule(seccomp.ALLOW, name, me)
    rules.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, 0))
    for option in (_PR_SET_NAME, _PR_GET_NAME):
        rules.add_rule(seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.EQ, option))
    for request in (_TCGETS, _FIONREAD, _FIOCLEX):
        rules.add_rule(seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.EQ, request))


def _allow(seccomp: Any, rules: Any, name: str) -> None:
    try:
        rules.add_rule(seccomp.ALLOW, name)
    except (OSError, RuntimeError, ValueError):
        return  # this architecture or this libseccomp has no such call: it stays denied
