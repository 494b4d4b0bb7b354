"""Archives from the network: whole and checked, or not there at all."""

import errno
import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from filelock import FileLock

PATIENCE = 30  # seconds without a byte
ALL_THERE = 416  # HTTP's status where nothing is left to send
FOLDER = "VITLIB_DATA"  # environment variable: where downloads are kept
NOT_WRITTEN = {  # what this machine says of a folder, and no other of a connection
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES),
    *(errno.EPERM, errno.ENOTDIR, errno.EEXIST),
}


@dataclass(frozen=True)
class Archive:
    """A file to be had from any of several addresses."""

    path: Path
    md5: str
    urls: tuple[str, ...]


def fetch(archive: Archive) -> None:
    """Put an archive in its place, unless it is there; what came so far is kept.

    Bytes gather in a file ``….part`` beside it, from which the next call goes on; with
    the right checksum alone does it get its name. Of several processes one fetches,
    and the others wait for it.

    Raises:
        ValueError: what came has another checksum; it is deleted.
        ConnectionError: no address can be reached, or all break off.
        OSError: the folder cannot be written, or the disk is full.
    """
    path = archive.path
    if md5_of(path) == archive.md5:
        return
    with writing_into(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock")):
            if md5_of(path) != archive.md5:  # another process fetched it meanwhile
                bring(archive)


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Say what a reader can do where a folder takes no more files."""
    try:
        yield
    except OSError as error:
        if not is_local(error):
            raise
        said = (
            f"{error.strerror}: {folder} takes no more files. Make room, or name"
            f" another folder, in {FOLDER} or as folder=…; then call again, to go on"
        )
        raise OSError(error.errno, said) from error


def is_local(error: Exception) -> bool:
    """Whether it is not the network that failed, but the disk or its folders."""
    return isinstance(error, OSError) and error.errno in NOT_WRITTEN


def bring(archive: Archive) -> None:
    """Fetch an archive from the first address that has it, as ``fetch`` says."""
    path = archive.path
    part, failed = path.with_name(f"{path.name}.part"), None
    for url in archive.urls:
        try:
            download(url, part)
        except (OSError, HTTPException) as error:
            if is_local(error):
                raise
            failed = error
            continue
        if md5_of(part) == archive.md5:
            part.replace(path)
            return
        part.unlink()
        failed = ValueError(f"{url} sent something else than {path.name}")
    raise refused(archive, failed) from failed


def refused(archive: Archive, failed: Exception) -> Exception:
    """What to raise where an archive cannot be had, and what a reader can do."""
    path = archive.path
    if isinstance(failed, ValueError):
        return ValueError(
            f"{failed}: its MD5 is not {archive.md5}.\n"
            "  It was deleted. Try once more, or fetch the file elsewhere and put it "
            f"into {path.parent}"
        )
    here = "is damaged" if path.exists() else "is not here"
    return ConnectionError(
        f"{path.name} {here}, and cannot be fetched ({failed}).\n"
        f"  Call again to go on, or fetch {archive.urls[0]} elsewhere and put it into "
        f"{path.parent}"
    )


def download(url: str, part: Path) -> None:
    """Fetch a file to its end, going on after each break that brought something."""
    while True:
        before = size(part)
        try:
            return receive(url, part)
        except HTTPError:
            raise
        except (OSError, HTTPException) as error:
            if size(part) <= before or is_local(error):
                raise


def receive(url: str, part: Path) -> None:
    """Add what is missing to the part of a file, or all of it anew if so it is sent.

    Raises: OSError or HTTPException: it could not be reached, or broke off.
    """
    have = size(part)
    wanted = {"Range": f"bytes={have}-"} if have else {}
    try:
        answer = urlopen(Request(url, headers=wanted), timeout=PATIENCE)
    except HTTPError as error:
        if error.code == ALL_THERE:
            return
        raise
    with answer:
        goes_on = answer.status == 206
        length = answer.length or 0  # of what is to come, if that is told
        print(f"{url}: {length / 1e6:.1f} MB to come", file=sys.stderr)
        with part.open("ab" if goes_on else "wb") as file:
            shutil.copyfileobj(answer, file)
    missing = length - size(part) + have * goes_on
    if missing > 0:
        raise ConnectionError(f"broke off {missing:,} bytes before the end")


def size(path: Path) -> int:
    """How many bytes of a file are here."""
    return path.stat().st_size if path.exists() else 0


def md5_of(path: Path) -> str:
    """A file's checksum; nothing if there is no such file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    return found.hexdigest()
