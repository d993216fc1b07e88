"""What student code reaches of the host: network, processes, signals, privileges."""

from __future__ import annotations

from autograder.report import Outcome
from autograder.sandbox.contract.attempts import NOT_THERE, expect_refused
from autograder.sandbox.contract.behaviour import Group
from autograder.sandbox.contract.bench import Bench

NETWORK = Group("network")
PROCESSES = Group("processes")
SIGNALS = Group("signals")
PRIVILEGES = Group("privileges")

# ------------------------------------------------------------------ network


@NETWORK
def no_socket_reaches_this_machine_or_another(bench: Bench) -> None:
    attempts = {
        "tcp": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "udp": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "tcp over ipv6": "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
        "loopback": "socket.create_connection(('127.0.0.1', 9), 1)",
        "outside": "socket.create_connection(('192.0.2.1', 80), 1)",
        "a server": "socket.create_server(('127.0.0.1', 0))",
    }
    expect_refused(bench, attempts)


@NETWORK
def no_socket_of_the_kernel_can_be_made(bench: Bench) -> None:
    attempts = {
        "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "raw": "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)",
        "virtual machines": "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
        "ciphers": "socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
    }
    expect_refused(bench, attempts)


@NETWORK
def no_unix_socket_of_the_host_can_be_reached(bench: Bench) -> None:
    attempts = {
        "a stream": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "a datagram": "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "a pair": "socket.socketpair()",
    }
    expect_refused(bench, attempts)


# ------------------------------------------------------------------ processes and signals


@PROCESSES
def no_process_can_be_forked(bench: Bench) -> None:
    attempts = {
        "fork": "os.fork() or os._exit(0)",
        "forkpty": "os.forkpty()[0] or os._exit(0)",
        "multiprocessing": "__import__('multiprocessing').get_context('fork').Process().start()",
    }
    expect_refused(bench, attempts, NOT_THERE)


@PROCESSES
def no_program_can_be_started(bench: Bench) -> None:
    attempts = {
        "exec": "os.execv('/bin/true', ['true'])",
        "exec of python": "os.execv(__import__('sys').executable, ['python', '-c', ''])",
        "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
        "subprocess": "__import__('subprocess').run(['/bin/true'])",
        "a shell": "__import__('subprocess').run('true', shell=True)",
    }
    expect_refused(bench, attempts)


@PROCESSES
def threads_without_end_cost_their_own_test_and_no_other(bench: Bench) -> None:
    code = """import threading, time
def double(x):
    threading.stack_size(32768)
    while x.dim() == 2:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return x + x"""
    lost = {"test_double_of_a_matrix": (Outcome.CRASHED, Outcome.ERROR, Outcome.TIMEOUT)}
    bench.grade("hurried", double=code).expect_lost_only(lost)


@PROCESSES
def honest_threads_work(bench: Bench) -> None:
    code = """from concurrent.futures import ThreadPoolExecutor
def double(x):
    torch.set_num_threads(2)
    with ThreadPoolExecutor(2) as pool:
        return pool.submit(lambda: x).result() + x"""
    wrong = {"double": "def double(x):\n    return x"}
    bench.expect_told_apart("arithmetic", {"double": code}, wrong)


@SIGNALS
def no_other_process_can_be_signalled(bench: Bench) -> None:
    attempts = {
        "its parent": "os.kill(os.getppid(), 0)",
        "the first process": "os.kill(1, 0)",
        "the command": "os.kill(COMMAND, 0)",
        "its group": "os.killpg(0, 0)",
        "everybody": "os.kill(-1, 0)",
    }
    expect_refused(bench, attempts)


@SIGNALS
def no_signal_goes_by_a_detour(bench: Bench) -> None:
    attempts = {
        "a handle of its parent": "system_call('pidfd_open', os.getppid(), 0)",
        "the owner of a file": "fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())",
        "a session of its own": "os.setsid()",
        "another's limits": "resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    }
    expect_refused(bench, attempts)


# ------------------------------------------------------------------ privileges


@PRIVILEGES
def no_other_user_can_be_become(bench: Bench) -> None:
    attempts = {
        "a user": "os.setuid(12345)",
        "a group": "os.setgid(12345)",
        "groups": "os.setgroups([])",
        "several ids": "os.setresuid(12345, 12345, 12345)",
    }
    expect_refused(bench, attempts)


@PRIVILEGES
def nothing_can_be_mounted_and_no_root_changed(bench: Bench) -> None:
    attempts = {
        "mount": "native(LIBC.mount, None, None, None, 0, None)",
        "umount": "native(LIBC.umount2, b'/contract-attempt', 0)",
        "chroot": "os.chroot('.')",
    }
    expect_refused(bench, attempts)


@PRIVILEGES
def no_namespace_can_be_made_or_entered(bench: Bench) -> None:
    attempts = {
        "of users": "native(LIBC.unshare, 0x10000000)",
        "of mounts": "native(LIBC.unshare, 0x00020000)",
        "another's": "native(LIBC.setns, 0, 0)",
    }
    expect_refused(bench, attempts)


@PRIVILEGES
def no_process_can_be_traced(bench: Bench) -> None:
    attempts = {
        "offering itself": "native(LIBC.ptrace, 0, 0, None, None)",
        "reading memory": "native(LIBC.process_vm_readv, os.getppid(), None, 0, None, 0, 0)",
        "dumpable again": "native(LIBC.prctl, 4, 1, 0, 0, 0)",
    }
    expect_refused(bench, attempts)


@PRIVILEGES
def the_far_corners_of_the_kernel_are_closed(bench: Bench) -> None:
    attempts = {
        "bpf": "system_call('bpf', 0, 0, 0)",
        "keys": "system_call('keyctl', 0, -3, 0)",
        "io_uring": "system_call('io_uring_setup', 1, 0)",
        "userfaultfd": "system_call('userfaultfd', 0)",
        "performance counters": "system_call('perf_event_open', 0, 0, -1, -1, 0)",
        "a file in memory": "os.memfd_create('contract')",
    }
    expect_refused(bench, attempts)


@PRIVILEGES
def limits_and_facts_of_the_host_cannot_be_changed(bench: Bench) -> None:
    attempts = {
        "memory": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "size of files": "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
        "the clock": "time.clock_settime(time.CLOCK_REALTIME, time.time())",
        "the name of the host": "socket.sethostname(os.uname().nodename)",
    }
    expect_refused(bench, attempts)
