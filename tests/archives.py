"""Small archives in the format of MNIST and CIFAR-10, and a server that breaks off."""

import gzip
import hashlib
import io
import pickle
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

COUNTS = {"train": 6, "t10k": 4}  # of MNIST
BATCHES = {f"data_batch_{i}": 3 for i in range(1, 6)} | {"test_batch": 4}
FOLDER = "cifar-10-batches-py"


def md5(content: bytes) -> str:
    """The checksum that torchvision compares."""
    return hashlib.md5(content).hexdigest()


def idx(numbers: np.ndarray) -> bytes:
    """Bytes in LeCun's format: zeros, 8 for bytes, the axes, their lengths, numbers."""
    sizes = b"".join(size.to_bytes(4, "big") for size in numbers.shape)
    return bytes([0, 0, 8, numbers.ndim]) + sizes + numbers.tobytes()


def mnist(seed: int = 0) -> tuple[dict[str, bytes], dict[str, tuple]]:
    """MNIST's four files, packed, and the pixels and labels that are in them."""
    drawn, files, inside = np.random.default_rng(seed), {}, {}
    for part, count in COUNTS.items():
        pixels = drawn.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = drawn.integers(0, 10, count, dtype=np.uint8)
        inside[part] = (pixels, labels)
        for kind, numbers in (("images-idx3", pixels), ("labels-idx1", labels)):
            name = f"{part}-{kind}-ubyte.gz"
            files[name] = gzip.compress(idx(numbers), mtime=0)
    return files, inside


def cifar10(seed: int = 0) -> tuple[bytes, dict[str, bytes], dict[str, tuple]]:
    """CIFAR-10's archive, the files in it, and their pixels and labels."""
    drawn, files, inside = np.random.default_rng(seed), {}, {}
    for name, count in BATCHES.items():
        pixels = drawn.integers(0, 256, (count, 3072), dtype=np.uint8)
        labels = drawn.integers(0, 10, count).tolist()
        inside[name] = (pixels.reshape(count, 3, 32, 32), labels)
        files[name] = pickle.dumps({"data": pixels, "labels": labels})
    files["batches.meta"] = pickle.dumps({"label_names": list("abcdefghij")})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{FOLDER}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0), files, inside


class Server(BaseHTTPRequestHandler):
    """Sends files from a dictionary; breaks off where it is told to."""

    files: dict[str, bytes]
    breaks: list[int | None]  # after so many bytes of each answer; None sends all
    ranges: bool
    asked: list[tuple[str, str | None]]  # path and Range of each request

    def do_GET(self) -> None:
        """Send a file, or what of it is asked, as far as it goes."""
        name, wanted = self.path.strip("/"), self.headers.get("Range")
        self.asked.append((name, wanted))
        if name not in self.files:
            return self.send_error(404)
        content = self.files[name]
        start = int(wanted[6:-1]) if wanted and self.ranges else 0
        if start and start >= len(content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        most = self.breaks.pop(0) if self.breaks else None
        self.wfile.write(content[start:][:most])

    def log_message(self, *_) -> None:
        """Keep quiet."""


@contextmanager
def serving(
    files: dict[str, bytes], breaks: tuple = (), ranges: bool = True
) -> Iterator[tuple[str, list]]:
    """A server's address, and what it has been asked for so far."""
    facts = {"files": files, "breaks": [*breaks], "ranges": ranges, "asked": []}
    handler = type("Handler", (Server,), facts)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", handler.asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def listed(folder: Path) -> list[str]:
    """Names of all files in a folder and below it, but for empty locks that stay."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.name for path in files if path.suffix != ".lock")
