"""The hub's own client, against a hub on this machine: up, then out of reach."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from notebooks import execute
from notebooks.sync import ROOT
from tests.peers import randomise, transformers_vit
from tests.test_checkpoints import TINY

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OUT_OF_REACH = (
    "ConnectionError: '{name}' is not here, and the hub is out of reach:\n"
    "  fetch its .json files and model.safetensors elsewhere; then name the folder"
)
ASK = """
import json, sys
from vitlib.checkpoints import from_pretrained
said = {}
for name in sys.argv[1:]:
    try:
        said[name] = from_pretrained(name).head.weight.sum().item()
    except Exception as error:
        said[name] = f"{type(error).__name__}: {error}"
print(json.dumps(said))
"""


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does, from folders ``owner/model``."""

    root: Path

    def do_HEAD(self) -> bytes:
        """Say how long a file is, and of which commit; gives what it holds."""
        repository, _, name = self.path.strip("/").partition("/resolve/main/")
        file = self.root / repository / name
        missing = None if file.is_file() else "EntryNotFound"
        if not file.parent.exists():
            missing = "RepoNotFound"
        content = b"" if missing else file.read_bytes()
        self.send_response(404 if missing else 200)
        if missing:
            self.send_header("X-Error-Code", missing)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{name}"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return content

    def do_GET(self) -> None:
        """Send a file."""
        self.wfile.write(self.do_HEAD())

    def log_message(self, *_) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> tuple[Path, float]:
    """Folders as on the hub: a model, and one without weights; and a sum to expect."""
    root = tmp_path_factory.mktemp("hub")
    model = randomise(transformers_vit(TINY))
    model.save_pretrained(root / "owner" / "model")
    model.config.save_pretrained(root / "owner" / "empty")
    return root, model.classifier.weight.sum().item()


@pytest.fixture(scope="module")
def hub(published) -> Iterator[str]:
    """The address of a hub that answers."""
    Hub.root = published[0]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(address: str, home: Path, *names: str, **settings: str) -> dict:
    """What comes of these names in a fresh process that knows this hub alone."""
    hidden = re.compile(r"HF_.*|.*_proxy", re.IGNORECASE)
    environment = {k: v for k, v in os.environ.items() if not hidden.fullmatch(k)}
    environment |= {"HF_ENDPOINT": address, "HF_HOME": str(home), **settings}
    environment |= {"PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK, *names],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def test_models_are_fetched_once_and_then_found_without_the_hub(
    hub, published, tmp_path
):
    _, expected = published
    names = ["owner/model", "owner/empty", "owner/none", "no such name"]
    found = ask(hub, tmp_path, *names)
    assert found["owner/model"] == pytest.approx(expected, abs=1e-6)
    assert found["owner/empty"].startswith(
        "ValueError: 'owner/empty' lacks config.json"
    )
    for name in names[2:]:
        assert found[name].startswith(f"ValueError: {name!r} is no folder, nor on the")
    nowhere = "http://127.0.0.1:9"  # the port of "discard", which nobody listens at
    found = ask(nowhere, tmp_path, "owner/model")
    assert found["owner/model"] == pytest.approx(expected, abs=1e-6)
    # The client tries for half a minute unless it is told that there is no network.
    found = ask(nowhere, tmp_path, "owner/model", "owner/other", HF_HUB_OFFLINE="1")
    assert found["owner/model"] == pytest.approx(expected, abs=1e-6)
    assert found["owner/other"] == OUT_OF_REACH.format(name="owner/other")
    # Chapters print the same on a machine that could fetch it, and has it already.
    found = ask(hub, tmp_path, "owner/model", **execute.ENVIRONMENT)
    assert found["owner/model"] == OUT_OF_REACH.format(name="owner/model")


def test_what_a_chapter_prints_of_it_fits_on_a_page():
    said = OUT_OF_REACH.partition(": ")[2].format(name="google/vit-base-patch16-224")
    assert max(map(len, said.splitlines())) <= 78
