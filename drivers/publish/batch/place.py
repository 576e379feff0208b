"""Where a publication is written: a folder, or the URL of one."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.errors import PublishError
from drivers.publish.whole import PART, write_part, write_whole

MACHINERY = ".batch"
"""The part of a place that is for the next run and not for readers."""
_LOCK = f"{MACHINERY}/lock"
_BEAT, _DEAD, _PAUSE = 20.0, 120.0, 1.0
"""Seconds after which a run that has a URL says that it is still there, after which nobody believes it is, and after
which it looks whether another has begun with it."""


class Place(ABC):
    """A folder of files, each of which is there whole or not at all."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """What a file holds; None where there is none."""

    @abstractmethod
    def write(self, name: str, content: bytes) -> None:
        """Put a file there in one step; where that fails, what was there stays."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Take a file away, if there is one."""

    @abstractmethod
    def names(self, folder: str = "") -> list[str]:
        """The files in a folder of it, without those of its folders; sorted."""

    @abstractmethod
    def locked(self) -> Any:
        """A block in which no other run may write there."""

    @abstractmethod
    def local(self, name: str, scratch: Path) -> Path:
        """A file as one of this machine: where it is, or a copy in a scratch folder."""

    @abstractmethod
    def shown(self, name: str) -> str:
        """A file's path or URL, for people."""

    def clear_parts(self) -> None:
        """Take away the parts of files that a killed run had not finished."""
        for folder in ("", MACHINERY, f"{MACHINERY}/records"):
            for name in self.names(folder):
                if name.endswith(PART):
                    self.remove(f"{folder}/{name}" if folder else name)

    def replace(self, files: Mapping[str, bytes | None]) -> None:
        """Put files there, in their order; those without content go."""
        for name, content in files.items():
            if content is None:
                self.remove(name)
            else:
                self.write(name, content)


def place_at(output: str) -> Place:
    """The place that a publication names, made if it is not there.

    Raises
    ------
    PublishError
        Where a URL has a kind that nothing here can write to.
    """
    if "://" not in output or output.startswith("file://"):
        return Folder(Path(output.removeprefix("file://")))
    return Remote(output)


class Folder(Place):
    """A folder of this machine, or one that it shares with others."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, name: str) -> bytes | None:
        """As `Place.read`."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """As `Place.write`."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)

    def replace(self, files: Mapping[str, bytes | None]) -> None:
        """As `Place.replace`: all of them are there under other names before the first takes its place."""
        parts: dict[Path, Path] = {}
        try:
            for name, content in files.items():
                if content is not None:
                    path = self.root / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    parts[path] = write_part(path, content)
            for path, part in parts.items():
                os.replace(part, path)
        finally:
            for part in parts.values():
                part.unlink(missing_ok=True)
        for name, content in files.items():
            if content is None:
                self.remove(name)

    def remove(self, name: str) -> None:
        """As `Place.remove`."""
        (self.root / name).unlink(missing_ok=True)

    def names(self, folder: str = "") -> list[str]:
        """As `Place.names`."""
        with contextlib.suppress(FileNotFoundError):
            return sorted(entry.name for entry in os.scandir(self.root / folder) if entry.is_file())
        return []

    def local(self, name: str, scratch: Path) -> Path:
        """As `Place.local`."""
        return self.root / name

    def shown(self, name: str) -> str:
        """As `Place.shown`."""
        return str(self.root / name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """As `Place.locked`; the system itself frees the lock of a run that was killed."""
        try:
            import fcntl
        except ImportError:
            raise PublishError(
                f"{self.root}: expected a system that can lock a file for this process (Linux, macOS), found another; "
                "run the batch there, or under WSL."
            ) from None
        (self.root / MACHINERY).mkdir(parents=True, exist_ok=True)
        with (self.root / _LOCK).open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EAGAIN):
                    raise
                file.seek(0)
                raise _taken(str(self.root), file.read().strip()) from None
            file.truncate(0)
            file.write(_who())
            file.flush()
            self.clear_parts()
            yield


class Remote(Place):
    """A folder by its URL, of any kind that fsspec knows."""

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self._system, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise PublishError(f"Expected a folder or a URL that can be written to, found {url!r}: {error}") from None
        self._url = url.rstrip("/")

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def read(self, name: str) -> bytes | None:
        """As `Place.read`."""
        try:
            content: bytes = self._system.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        return content

    def write(self, name: str, content: bytes) -> None:
        """As `Place.write`: under another name first, for a store may show half a file."""
        if "/" in name:
            self._system.makedirs(self._path(name.rpartition("/")[0]), exist_ok=True)
        part = self._path(f"{name}{PART}")
        self._system.pipe_file(part, content)
        self._system.mv(part, self._path(name))

    def remove(self, name: str) -> None:
        """As `Place.remove`."""
        with contextlib.suppress(FileNotFoundError):
            self._system.rm_file(self._path(name))

    def names(self, folder: str = "") -> list[str]:
        """As `Place.names`."""
        try:
            found = self._system.ls(self._path(folder).rstrip("/"), detail=True, refresh=True)
        except FileNotFoundError:
            return []
        except TypeError:  # kinds that keep no listing know no refresh
            found = self._system.ls(self._path(folder).rstrip("/"), detail=True)
        return sorted(entry["name"].rsplit("/", 1)[-1] for entry in found if entry["type"] == "file")

    def local(self, name: str, scratch: Path) -> Path:
        """As `Place.local`."""
        path = scratch / name.rsplit("/", 1)[-1]
        if not path.exists():
            write_whole(path, self.read(name) or b"")
        return path

    def shown(self, name: str) -> str:
        """As `Place.shown`."""
        return f"{self._url}/{name}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """As `Place.locked`; a run that no longer says that it is there has lost the place after two minutes.

        A store has no locks: of two that start at once the one stays whose name is still there a moment later.
        """
        # Most stores have no folders; those that do need them.
        self._system.makedirs(self._path(f"{MACHINERY}/records"), exist_ok=True)
        found = self._lock()
        if found and time.time() - found["at"] < _DEAD:
            raise _taken(self._url, found["who"])
        ended, mine = threading.Event(), uuid.uuid4().hex

        def say() -> None:
            told = {"who": _who(), "at": time.time(), "token": mine}
            self.write(_LOCK, json.dumps(told).encode())

        def beat() -> None:
            while not ended.wait(_BEAT):
                # A store that cannot be reached for a moment is no reason to lose it.
                with contextlib.suppress(OSError):
                    say()

        say()
        ended.wait(_PAUSE)
        found = self._lock()
        if found and found["token"] != mine:
            raise _taken(self._url, found["who"])
        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            self.clear_parts()
            yield
        finally:
            ended.set()
            beating.join()
            found = self._lock()
            if found and found["token"] == mine:
                self.remove(_LOCK)

    def _lock(self) -> dict[str, Any]:
        """Who says to be there, when it last said so and its token; nothing where there is none that can be read."""
        try:
            told = json.loads(self.read(_LOCK) or b"{}")
            return {"who": str(told["who"]), "at": float(told["at"]), "token": str(told["token"])}
        except (ValueError, TypeError, KeyError):
            return {}


def _who() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _taken(place: str, who: str) -> PublishError:
    return PublishError(
        f"{place}: expected no other batch that writes there, found one ({who or 'just started'}); wait until it has "
        "ended, or write to another folder."
    )
