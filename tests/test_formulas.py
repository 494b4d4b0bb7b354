"""What renders the formulas of the pages."""

import atexit
from pathlib import Path

import pytest
from sphinxcontrib.katex import KaTeXServer

from book.ext import vitbook


@pytest.mark.reference
def test_the_renderer_ends_with_the_build():
    vitbook.patient_katex()
    server = KaTeXServer.start()
    running = Path(f"/proc/{server.process.pid}/exe").resolve()
    assert running.name == "node"  # and no script that started it
    server.terminate()
    atexit.unregister(KaTeXServer.terminate)  # of a server that is gone
    assert server.process.poll() is not None
