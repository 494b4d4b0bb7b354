"""Serve the built book to browsers on this machine, compressed as a host would.

Python's own ``http.server`` does not compress, so that speeds measured with it mislead.
"""

import argparse
import asyncio
from pathlib import Path

from tornado.web import Application, StaticFileHandler

BUILT = Path(__file__).parents[1] / "_build" / "html"


def site(folder: Path) -> Application:
    """A web application that serves a folder's files with gzip.

    Args:
        folder: with the built pages; ``index.html`` is what a folder's address shows.

    Raises:
        FileNotFoundError: if there are no built pages in it.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"no index.html in {folder}: build the book first")
    files = {"path": str(folder), "default_filename": "index.html"}
    return Application([("/(.*)", StaticFileHandler, files)], compress_response=True)


async def serve(folder: Path, port: int) -> None:
    """Serve ``folder`` on ``port`` of this machine until interrupted."""
    site(folder).listen(port, "127.0.0.1")
    print(f"The book is at http://localhost:{port}/ (Ctrl+C ends this)", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=BUILT)
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.folder, options.port))
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
