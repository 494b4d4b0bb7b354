"""Downloads that break off, go on, or bring something else."""

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.archives import listed, md5, serving
from vitlib.data.fetching import Archive, fetch

CONTENT = np.random.default_rng(0).bytes(300_000)


def archive(folder, *addresses, content=CONTENT):
    """What is to be fetched from one of the addresses."""
    urls = tuple(f"{address}a.gz" for address in addresses)
    return Archive(folder / "new" / "a.gz", md5(content), urls)


def test_a_file_is_fetched_once(tmp_path):
    with serving({"a.gz": CONTENT}) as (address, asked):
        wanted = archive(tmp_path, address)
        fetch(wanted)
        fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert asked == [("a.gz", None)]
    assert listed(tmp_path) == ["a.gz"]


@pytest.mark.parametrize("ends", [(100_000,), (0,), (100_000, 1, 50_000)])
def test_what_breaks_off_goes_on_where_it_stopped(tmp_path, ends):
    with serving({"a.gz": CONTENT}, ends) as (address, asked):
        wanted = archive(tmp_path, address)
        for _ in range(1 + ends.count(0)):
            try:
                fetch(wanted)
            except ConnectionError:
                assert not wanted.path.exists()
    assert wanted.path.read_bytes() == CONTENT
    starts = np.cumsum([0, *ends]).tolist()
    assert asked == [("a.gz", f"bytes={at}-" if at else None) for at in starts]
    assert listed(tmp_path) == ["a.gz"]


def test_of_two_at_once_one_fetches_and_the_other_waits(tmp_path):
    with serving({"a.gz": CONTENT}, (100_000,)) as (address, asked):
        wanted = archive(tmp_path, address)
        with ThreadPoolExecutor() as both:
            list(both.map(fetch, [wanted, wanted]))
    assert wanted.path.read_bytes() == CONTENT
    assert asked == [("a.gz", None), ("a.gz", "bytes=100000-")]


def test_the_next_call_goes_on_as_well(tmp_path):
    with serving({"a.gz": CONTENT}, (200_000, 0)) as (address, asked):
        wanted = archive(tmp_path, address)
        with pytest.raises(ConnectionError, match="broke off 100,000 bytes before"):
            fetch(wanted)
        assert listed(tmp_path) == ["a.gz.part"]
        fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert asked[-1] == ("a.gz", "bytes=200000-")


def test_a_server_that_cannot_go_on_sends_all_of_it_again(tmp_path):
    with serving({"a.gz": CONTENT}, (100_000,), ranges=False) as (address, asked):
        wanted = archive(tmp_path, address)
        fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert len(asked) == 2
    assert listed(tmp_path) == ["a.gz"]


def test_a_server_that_never_gets_further_is_given_up(tmp_path):
    ends = (100_000,) * 9
    with serving({"a.gz": CONTENT}, ends, ranges=False) as (address, asked):
        wanted = archive(tmp_path, address)
        with pytest.raises(ConnectionError, match=r"a\.gz is not here, and cannot be"):
            fetch(wanted)
    assert len(asked) == 2
    assert listed(tmp_path) == ["a.gz.part"]


def test_the_next_address_goes_on_where_the_first_broke_off(tmp_path):
    with (
        serving({"a.gz": CONTENT}, (70_000, 0)) as (one, _),
        serving({"a.gz": CONTENT}) as (other, asked),
    ):
        fetch(wanted := archive(tmp_path, one, other))
    assert wanted.path.read_bytes() == CONTENT
    assert asked == [("a.gz", "bytes=70000-")]


def test_what_has_another_checksum_is_deleted_and_named(tmp_path):
    with serving({"a.gz": CONTENT[:-1] + b"?"}) as (address, _):
        wanted = archive(tmp_path, address)
        with pytest.raises(ValueError, match=r"something else than a\.gz") as refused:
            fetch(wanted)
    assert wanted.md5 in str(refused.value)
    assert f"put it into {wanted.path.parent}" in str(refused.value)
    assert listed(tmp_path) == []


def test_another_address_is_asked_after_a_wrong_checksum(tmp_path):
    with (
        serving({"a.gz": b"moved to another place"}) as (one, _),
        serving({"a.gz": CONTENT}) as (other, asked),
    ):
        fetch(wanted := archive(tmp_path, one, other))
    assert wanted.path.read_bytes() == CONTENT
    assert asked == [("a.gz", None)]


@pytest.mark.parametrize("kept", [CONTENT, CONTENT + b"more", b"other" * 50_000])
def test_a_part_that_is_whole_too_long_or_of_another_file(tmp_path, kept):
    with serving({"a.gz": CONTENT}) as (address, _):
        wanted = archive(tmp_path, address)
        wanted.path.parent.mkdir()
        wanted.path.with_name("a.gz.part").write_bytes(kept)
        if kept != CONTENT:
            with pytest.raises(ValueError, match="It was deleted"):
                fetch(wanted)
        fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert listed(tmp_path) == ["a.gz"]


def nowhere() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


def test_without_a_network_it_says_what_to_put_where(tmp_path):
    wanted = archive(tmp_path, address := nowhere())
    with pytest.raises(ConnectionError) as refused:
        fetch(wanted)
    said = str(refused.value)
    assert said.startswith("a.gz is not here, and cannot be fetched (")
    assert f"fetch {address}a.gz elsewhere and put it into {tmp_path / 'new'}" in said
    wanted.path.write_bytes(CONTENT)
    fetch(wanted)


def test_a_damaged_file_is_fetched_anew(tmp_path):
    wanted = archive(tmp_path, nowhere())
    wanted.path.parent.mkdir()
    wanted.path.write_bytes(CONTENT[:500])
    with pytest.raises(ConnectionError, match=r"a\.gz is damaged, and cannot be"):
        fetch(wanted)
    with serving({"a.gz": CONTENT}) as (address, _):
        fetch(archive(tmp_path, address))
    assert wanted.path.read_bytes() == CONTENT


def test_a_server_without_the_file_is_named(tmp_path):
    with serving({}) as (address, asked), pytest.raises(ConnectionError, match="404"):
        fetch(archive(tmp_path, address))
    assert len(asked) == 1


def test_a_full_disk_is_named_and_what_came_stays(tmp_path, monkeypatch):
    real = shutil.copyfileobj

    def full(answer, file):
        file.write(answer.read(1000))
        raise OSError(28, "No space left on device")

    with serving({"a.gz": CONTENT}) as (address, asked):
        wanted = archive(tmp_path, address, address)
        monkeypatch.setattr(shutil, "copyfileobj", full)
        with pytest.raises(OSError, match=r"No space left on device: .* no more files"):
            fetch(wanted)
        assert listed(tmp_path) == ["a.gz.part"]
        assert wanted.path.with_name("a.gz.part").read_bytes() == CONTENT[:1000]
        monkeypatch.setattr(shutil, "copyfileobj", real)
        fetch(wanted)
    assert wanted.path.read_bytes() == CONTENT
    assert asked == [("a.gz", None), ("a.gz", "bytes=1000-")]


def test_a_server_that_tells_no_length_is_believed_by_the_checksum(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("tests.archives.str", lambda _: "many", raising=False)
    with serving({"a.gz": CONTENT}) as (address, asked):
        fetch(wanted := archive(tmp_path, address))
    assert wanted.path.read_bytes() == CONTENT
    assert len(asked) == 1
