"""The system calls that a candidate may make; every other one answers EPERM.

An allow-list, so that a call which a future kernel adds is closed until somebody reads it.
Left out on purpose: sockets, exec, fork, ptrace, process_vm_*, pidfd_*, io_uring, bpf, keyctl,
mount, namespaces, perf, userfaultfd, memfd (memory outside the limit), sendmsg (passes file
descriptors), chmod, mkdir, links, mknod, rename and unlink (only flat regular files in the
scratch folder, and none that goes on using the disk after its name is gone).
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import tempfile
from functools import cache
from typing import Any

from autograder import wire

try:
    # At once, in the fork server: it looks for libseccomp with the help of another process, and
    # a candidate cannot start one.
    import pyseccomp as _seccomp
except (ImportError, OSError, RuntimeError):  # not installed, or no libseccomp on this host
    _seccomp = None

MEMORY = "brk mmap munmap mremap mprotect madvise membarrier"
THREADS = (
    "futex futex_waitv set_robust_list get_robust_list rseq set_tid_address sched_yield "
    "sched_getaffinity sched_getparam sched_getscheduler get_mempolicy arch_prctl getcpu"
)
TIME = (
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer "
    "setitimer alarm pause timerfd_create timerfd_settime"
)
FILES = (
    "read write pread64 pwrite64 readv writev close close_range lseek stat fstat "
    "lstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat "
    "getdents getdents64 getcwd dup dup2 dup3 ftruncate fsync fdatasync fadvise64 umask"
)
WAITING = (
    "poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 pipe pipe2"
)
CHANNEL = "sendto recvfrom shutdown getsockopt"  # on the one socket that was inherited
SIGNALS = (
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait sigaltstack "
    "restart_syscall"
)
SELF = (
    "getpid gettid getppid getuid geteuid getgid getegid getgroups getpgrp getpgid getsid uname "
    "sysinfo getrusage getrlimit getrandom getpriority exit exit_group"
)
ALLOWED = f"{MEMORY} {THREADS} {TIME} {FILES} {WAITING} {CHANNEL} {SIGNALS} {SELF}".split()

# What a process that has started CUDA needs beside these; everything that CUDA does once, when it
# starts (a socket, /dev/shm, threads), is over when the filter is loaded. No machine with a GPU has
# confirmed this list yet: see docs/gpu.md.
CUDA = (
    *("mlock", "mlock2", "munlock"),  # pinned host memory, within RLIMIT_MEMLOCK
    *("mbind", "set_mempolicy"),  # pinned host memory close to its card
    "mincore",  # the driver asks whether pages are there
)

# ioctl on /dev/nvidiactl and /dev/nvidiaN, by the last eight bits; which ones a computing process
# needs is a fact of the driver. Source: nvgpu's frontend list in gVisor's nvproxy, and nv_escape.h
# of NVIDIA's open kernel modules.
_NVIDIA_TYPE = ord("F") << 8
NVIDIA_REQUESTS = (
    *(0x27, 0x29, 0x2A, 0x2B),  # memory; free, control and make an object
    *(0x34, 0x35, 0x41, 0x4A),  # duplicate and share an object; idle channels; heap
    *(0x4E, 0x4F, 0x5E),  # map, unmap, tell where it was mapped
    *(200, 201, 206, 207),  # card info; register a file; make and free an event
    *(210, 212, 214, 215, 218),  # version; attach cards; parameters; nodes; wait until open
)
# ioctl on /dev/nvidia-uvm, which numbers them without a type. Left out: the tools that read and
# write other processes' memory. Source: uvm_ioctl.h of the same modules, and nvproxy's list.
UVM_REQUESTS = (
    *(0x30000001, 0x30000002),  # initialise and its end
    *(23, 24, 25, 26, 27, 28, 29, 30, 31),  # range groups, address spaces, channels, peers
    *(33, 34, 37, 38, 39),  # map memory, free it; register a card; pageable memory
    *(42, 43, 44, 45, 46, 47, 51, 53),  # where managed memory lies, and who reads it
    *(65, 66, 68, 70, 71, 72, 73, 75),  # launches, unmapping, semaphores, ranges, the process
)

_SET_MODE_FILTER, _ALL_THREADS = 1, 1  # of seccomp(2): SECCOMP_FILTER_FLAG_TSYNC
_INSTRUCTION_BYTES = 8
_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020080  # every namespace
_PR_SET_NAME, _PR_GET_NAME = 15, 16
_TCGETS, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX = 0x5401, 0x541B, 0x5421, 0x5450, 0x5451
# dup, flags, locks. Not F_SETOWN and F_SETSIG: with them a file sends signals to other processes.
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 1030)
_TMPFILE = 0o20000000  # O_TMPFILE without O_DIRECTORY

_libc = ctypes.CDLL(None, use_errno=True)


def available() -> bool:
    """Whether this host has libseccomp."""
    return _seccomp is not None


class _Program(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def restrict(*, cuda: bool = False) -> bool:
    """Load the filters into this process for good. False where libseccomp is not installed.

    Two of them, and the kernel heeds the stricter: a small one that knows this process, and the
    list of calls, which is the same in every candidate (see `compiled`). They are for all of its
    threads: CUDA has started some by now, and student code may come to run in any of them.

    cuda  this process has started CUDA and goes on using it
    """
    if _seccomp is None:
        return False
    others = _seccomp.SyscallFilter(_seccomp.ALLOW)
    not_me = _seccomp.Arg(0, _seccomp.NE, os.getpid())
    # Nor itself by SIGKILL: who dies of that was killed by somebody else, and is graded again.
    for name, position in (("kill", 1), ("tgkill", 2)):
        others.add_rule(_seccomp.ERRNO(errno.EPERM), name, not_me)
        # The kernel looks at the lower half of the register only.
        deadly = _seccomp.Arg(position, _seccomp.MASKED_EQ, 0xFFFFFFFF, signal.SIGKILL)
        others.add_rule(_seccomp.ERRNO(errno.EPERM), name, deadly)
    if cuda:
        over_share = _seccomp.Arg(0, _seccomp.MASKED_EQ, 0xFFFFFFFF, wire.OVER_GPU_SHARE)
        others.add_rule(_seccomp.ERRNO(errno.EPERM), "rt_sigaction", over_share)
    others.set_attr(_seccomp.Attr.CTL_TSYNC, 1)
    others.load()
    code = compiled(cuda=cuda)
    program = _Program(len(code) // _INSTRUCTION_BYTES, code)
    number = _seccomp.resolve_syscall(_seccomp.Arch.NATIVE, "seccomp")
    if _libc.syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
    return True


@cache
def compiled(*, cuda: bool = False) -> bytes:
    """The list of calls as the kernel's instructions: made once, before the fork; b"" without
    libseccomp."""
    if _seccomp is None:
        return b""
    rules = _seccomp.SyscallFilter(_seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        _allow(rules, name)
    if cuda:
        _allow_cuda(rules)
    _allow_opening(rules)
    _allow_threads_but_no_processes(rules)
    _allow_only_about_itself(rules)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _allow_opening(rules: Any) -> None:
    """Not O_TMPFILE, a file that no one sees; not O_TRUNC for reading, which empties a file that
    Landlock lets us read on kernels before 6.2."""
    for name, position in (("open", 1), ("openat", 2)):
        for mode in (os.O_WRONLY, os.O_RDWR):
            mask = os.O_ACCMODE | _TMPFILE
            _allow(rules, name, _seccomp.Arg(position, _seccomp.MASKED_EQ, mask, mode))
        mask = os.O_ACCMODE | _TMPFILE | os.O_TRUNC
        _allow(rules, name, _seccomp.Arg(position, _seccomp.MASKED_EQ, mask, os.O_RDONLY))


def _allow_threads_but_no_processes(rules: Any) -> None:
    mask = _CLONE_THREAD | _CLONE_NEW
    _allow(rules, "clone", _seccomp.Arg(0, _seccomp.MASKED_EQ, mask, _CLONE_THREAD))
    # The flags of clone3 lie in memory, where a filter cannot look; glibc falls back to clone.
    rules.add_rule(_seccomp.ERRNO(errno.ENOSYS), "clone3")


def _allow_only_about_itself(rules: Any) -> None:
    for name in ("kill", "tgkill"):
        _allow(rules, name)  # the other filter knows whom
    _allow(rules, "prlimit64", _seccomp.Arg(0, _seccomp.EQ, 0))
    for option in (_PR_SET_NAME, _PR_GET_NAME):
        _allow(rules, "prctl", _seccomp.Arg(0, _seccomp.EQ, option))
    for command in _FCNTL:
        _allow(rules, "fcntl", _seccomp.Arg(1, _seccomp.EQ, command))
    for request in (_TCGETS, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX):
        _allow(rules, "ioctl", _seccomp.Arg(1, _seccomp.EQ, request))


def _allow_cuda(rules: Any) -> None:
    for name in CUDA:
        _allow(rules, name)
    for number in NVIDIA_REQUESTS:
        # The size of what is passed is part of the request, and differs between drivers.
        request = _NVIDIA_TYPE | number
        _allow(rules, "ioctl", _seccomp.Arg(1, _seccomp.MASKED_EQ, 0xFFFF, request))
    for number in UVM_REQUESTS:
        _allow(rules, "ioctl", _seccomp.Arg(1, _seccomp.EQ, number))


def _allow(rules: Any, name: str, *arguments: Any) -> None:
    try:
        rules.add_rule(_seccomp.ALLOW, name, *arguments)
    except (OSError, RuntimeError, ValueError):
        return  # this architecture or this libseccomp has no such call: it stays denied
