"""Where a publication is written: a folder, or the URL of one."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.errors import PublishError
from drivers.publish.whole import PART, write_whole

MACHINERY = ".batch"
"""The part of a place that is for the next run and not for readers."""
_LOCK = f"{MACHINERY}/lock"
_BEAT, _DEAD = 20.0, 120.0
"""Seconds after which a run that has a URL says that it is still there, and after which nobody believes it is."""


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
        (root / MACHINERY).mkdir(parents=True, exist_ok=True)

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
        import fcntl

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
            self._clear()
            yield

    def _clear(self) -> None:
        """Take away the parts of files that a killed run had not finished."""
        for folder in ("", MACHINERY, f"{MACHINERY}/records"):
            for name in self.names(folder):
                if name.endswith(PART):
                    self.remove(f"{folder}/{name}" if folder else name)


class Remote(Place):
    """A folder by its URL, of any kind that fsspec knows."""

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self._system, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise PublishError(f"Expected a folder or a URL that can be written to, found {url!r}: {error}") from None
        self._url = url.rstrip("/")
        # Most stores have no folders; those that do need them.
        self._system.makedirs(f"{self._root}/{MACHINERY}/records", exist_ok=True)

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
        """As `Place.locked`; a run that no longer says that it is there has lost the place after two minutes."""
        found = self.read(_LOCK)
        if found is not None:
            told = json.loads(found)
            if time.time() - float(told["at"]) < _DEAD:
                raise _taken(self._url, str(told["who"]))
        ended = threading.Event()

        def say() -> None:
            self.write(_LOCK, json.dumps({"who": _who(), "at": time.time()}).encode())

        def beat() -> None:
            while not ended.wait(_BEAT):
                say()

        say()
        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()
            self.remove(_LOCK)


def _who() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _taken(place: str, who: str) -> PublishError:
    return PublishError(
        f"{place}: expected no other batch that writes there, found one ({who or 'just started'}); wait until it has "
        "ended, or write to another folder."
    )
