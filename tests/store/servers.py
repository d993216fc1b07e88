"""A PostgreSQL server of our own: a fresh cluster in a temporary folder, on a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

DATABASE = "results"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps them out of PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return known[-1].parent if known else None


def reason_for_none() -> str | None:
    """Why there can be no server here; None: there can."""
    if binaries() is None:
        return "no PostgreSQL server is installed (Debian: apt install postgresql)"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL does not run as root, and there is no user postgres"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed (pip install 'deep-autograder[postgres]')"
    return None


def _unprivileged() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


@dataclass(frozen=True)
class Server:
    folder: Path

    @classmethod
    def made(cls) -> Server:
        """initdb; not running yet."""
        # Not pytest's folder, which no other user may enter; and a socket's path must be short.
        folder = Path(tempfile.mkdtemp(prefix="agpg-", dir="/tmp"))
        if os.geteuid() == 0:
            user = _unprivileged()
            assert user is not None
            os.chown(folder, user.pw_uid, user.pw_gid)
        server = cls(folder)
        how = ("--no-sync", "--no-locale", "-E", "UTF8", "-A", "trust", "-U", "tester")
        server._do("initdb", *how)
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\n"
                "shared_buffers = 16MB\nmax_connections = 20\n"
            )
        return server

    def start_with_database(self) -> None:
        self.start()
        self.say(f"create database {DATABASE}", "postgres")

    def start(self) -> None:
        self._do("pg_ctl", "start", "-w", "-l", str(self.folder / "log"))

    def stop(self) -> None:
        """At once, as a power cut would."""
        self._do("pg_ctl", "stop", "-w", "-m", "immediate")

    def make_sure_that_it_runs(self) -> None:
        if not (self.folder / "data" / "postmaster.pid").exists():
            self.start()

    def remove(self) -> None:
        self.make_sure_that_it_runs()
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql://tester@/{database}?host={self.folder}"

    def empty_database(self) -> str:
        """The URL of the one that all tests use, one after another."""
        self.say(f"alter database {DATABASE} reset all", "postgres")
        self.say("drop schema public cascade; create schema public")
        return self.url(DATABASE)

    def say(self, statement: str, database: str = DATABASE) -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def cut_connections(self) -> int:
        """End every connection but the one that says so; returns how many there were."""
        return len(
            self.say(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = 'results' and pid <> pg_backend_pid()"
            )
        )

    def _do(self, program: str, *arguments: str) -> None:
        folder = binaries()
        assert folder is not None
        as_user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        subprocess.run(
            [folder / program, "-D", self.folder / "data", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            extra_groups=[] if as_user else None,
            timeout=120,
            **as_user,
        )
