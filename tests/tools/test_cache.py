"""The cache of results: what comes back, what is forgotten, and what damage does."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3
from viscript.tools import database
from viscript.tools.cache import MISSING, Cache, MemoryCache
from viscript.tools.errors import InputError
from viscript.tools.values import Box, DepthMap, Image, Keypoint, Mask, Region, read_image


def key_of(number: int) -> str:
    return f"{number:064x}"


def picture(seed: int = 0, size: int = 32) -> Image:
    pixels = np.random.default_rng(seed).integers(0, 255, (size, size, 3), np.uint8)
    return Image.from_array(pixels, f"random {seed}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def cache(folder: Path) -> Iterator[Cache]:
    with contextlib.closing(Cache(folder)) as opened:
        yield opened


def blobs(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").rglob("*") if path.is_file()]


def reopened(cache: Cache, folder: Path) -> Cache:
    cache.close()
    return Cache(folder)


class TestValues:
    """What goes in comes out."""

    def test_every_kind_of_value_comes_back(self, cache: Cache) -> None:
        image = picture()
        mask = Mask(np.arange(32 * 32).reshape(32, 32) % 3 == 0)
        region = Region(image, Box(1, 2, 3, 4), "dog", 0.5, mask, "hi", (Keypoint("n", 1, 2, 1),))
        depth = DepthMap(np.ones((4, 5), np.float32), "metres", larger_is_nearer=False)
        values = ["text é", 3, 2.5, True, None, image, [region, region], depth, [[1], []]]
        for number, value in enumerate(values):
            cache.put(key_of(number), value)
        for number, value in enumerate(values):
            back = cache.get(key_of(number))
            assert back == value
            assert type(back) is type(value)

    def test_what_was_never_put_is_missing_and_none_is_a_value(self, cache: Cache) -> None:
        assert cache.get(key_of(1)) is MISSING
        cache.put(key_of(1), None)
        assert cache.get(key_of(1)) is None

    def test_the_last_value_of_a_key_counts(self, cache: Cache) -> None:
        cache.put(key_of(1), picture(1))
        cache.put(key_of(1), picture(2))
        assert cache.get(key_of(1)) == picture(2)

    def test_a_value_that_no_program_can_hold_is_refused(self, cache: Cache) -> None:
        with pytest.raises(InputError, match="can't hold a set"):
            cache.put(key_of(1), {1, 2})

    def test_values_outlive_the_process_that_made_them(self, folder: Path) -> None:
        script = (
            "import sys; from pathlib import Path\n"
            "from viscript.tools.cache import Cache\n"
            "Cache(Path(sys.argv[1])).put('0' * 64, ['made', 'elsewhere'])\n"
        )
        run_python(script, str(folder))
        with contextlib.closing(Cache(folder)) as cache:
            assert cache.get("0" * 64) == ["made", "elsewhere"]

    def test_regions_of_one_picture_share_it(self, cache: Cache) -> None:
        image = picture()
        cache.put(key_of(1), [Region(image, Box(0, 0, 1, 1)), Region(image, Box(1, 1, 2, 2))])
        first, second = cache.get(key_of(1))
        assert first.image is second.image

    def test_pixels_can_be_read_after_their_file_is_gone(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), picture())
        image = cache.get(key_of(1))
        for path in blobs(folder):
            path.unlink()
        assert np.array_equal(image.pixels, picture().pixels)

    def test_a_picture_that_the_caller_holds_is_not_stored(
        self, cache: Cache, folder: Path
    ) -> None:
        image = picture()
        cache.put(key_of(1), [Region(image, Box(0, 0, 9, 9), "dog")], [image])
        assert blobs(folder) == []
        again = picture()
        (region,) = cache.get(key_of(1), [again])
        assert region.image is again
        assert region == Region(image, Box(0, 0, 9, 9), "dog")

    def test_nothing_is_made_before_the_first_use(self, cache: Cache, folder: Path) -> None:
        assert not folder.exists()
        assert cache.get(key_of(1)) is MISSING
        assert folder.exists()

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
    def test_only_the_owner_can_look_inside(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), picture())
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


class TestKnownFiles:
    """The pixels of a file that was seen before need not be decoded."""

    def test_a_file_is_decoded_once_across_processes(self, cache: Cache, folder: Path) -> None:
        path = picture().save(folder.parent / "p.png")
        first = read_image(path, cache.known_files)
        assert len(cache.known_files) == 1
        (key,) = cache.known_files
        with contextlib.closing(reopened(cache, folder)) as other:
            assert other.known_files[key] == (first.digest, 32, 32)
            assert read_image(path, other.known_files) == first

    def test_it_is_a_mapping(self, cache: Cache) -> None:
        known = cache.known_files
        assert known.get("a") is None
        known["a"] = ("d" * 64, 3, 2)
        cache.put(key_of(1), 1)
        assert dict(known) == {"a": ("d" * 64, 3, 2)}
        assert cache.info().entries == 1
        del known["a"]
        assert len(known) == 0

    @pytest.mark.parametrize(
        "entry",
        [
            ["x", 5, 5],
            ["d" * 63 + "g", 5, 5],
            ["d" * 64, -1, 5],
            ["d" * 64, 5, 0],
            ["d" * 64, True, 5],
            ["d" * 64, 5],
            5,
        ],
    )
    def test_what_describes_no_picture_is_replaced(
        self, cache: Cache, folder: Path, entry: object
    ) -> None:
        path = picture().save(folder.parent / "p.png")
        read_image(path, cache.known_files)
        (key,) = cache.known_files
        cache.put(f"file:{key}", entry)
        assert read_image(path, cache.known_files) == picture()
        assert cache.known_files[key] == (picture().digest, 32, 32)

    @pytest.mark.parametrize(
        "entry", [(picture().digest, 10, 10), ("d" * 64, 32, 32)], ids=["size", "digest"]
    )
    def test_another_picture_than_the_files_is_noticed_and_put_right(
        self, cache: Cache, folder: Path, entry: tuple[str, int, int]
    ) -> None:
        path = picture().save(folder.parent / "p.png")
        read_image(path, cache.known_files)
        (key,) = cache.known_files
        cache.known_files[key] = entry
        with pytest.raises(InputError, match=r"remembered for p\.png; this is put right now"):
            _ = read_image(path, cache.known_files).pixels
        assert np.array_equal(read_image(path, cache.known_files).pixels, picture().pixels)
        assert read_image(path, cache.known_files).digest == picture().digest

    def test_a_picture_outlives_what_was_remembered_of_it(self, cache: Cache, folder: Path) -> None:
        path = picture().save(folder.parent / "p.png")
        read_image(path, cache.known_files)
        image = read_image(path, cache.known_files)
        cache.clear()
        assert np.array_equal(image.pixels, picture().pixels)


class TestThumbnails:
    """Small copies of pictures are kept beside the results."""

    def test_they_stay_and_are_no_results(self, cache: Cache, folder: Path) -> None:
        cache.thumbnails["a"] = "/9j/"
        assert len(cache.known_files) == 0
        assert cache.info().entries == 0
        with contextlib.closing(reopened(cache, folder)) as other:
            assert dict(other.thumbnails) == {"a": "/9j/"}

    def test_a_damaged_one_is_gone(self, cache: Cache, folder: Path) -> None:
        cache.thumbnails["a"] = "/9j/"
        cache.close()
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as connection:
            connection.execute("UPDATE entries SET json = ?", (b'"/9j0"',))
            connection.commit()
        assert "a" not in cache.thumbnails
        assert len(cache.thumbnails) == 0


class TestSize:
    """The least recently used go first."""

    def test_it_stays_below_its_limit(self, folder: Path) -> None:
        limit = 200_000
        with contextlib.closing(Cache(folder, max_bytes=limit)) as cache:
            for number in range(120):
                cache.put(key_of(number), picture(number))
            info = cache.info()
            assert 0 < info.bytes <= limit
            assert sum(path.stat().st_size for path in blobs(folder)) <= limit
            assert cache.get(key_of(119)) == picture(119)
            assert cache.get(key_of(0)) is MISSING

    def test_what_is_used_stays(self, folder: Path) -> None:
        with contextlib.closing(Cache(folder, max_bytes=100_000)) as cache:
            cache.put(key_of(0), "precious")
            for number in range(1, 120):
                cache.put(key_of(number), picture(number))
                assert cache.get(key_of(0)) == "precious"

    def test_uses_are_remembered_by_the_next_process(self, folder: Path) -> None:
        cache = Cache(folder, max_bytes=100_000)
        for number in range(20):
            cache.put(key_of(number), picture(number))
        cache.get(key_of(0))
        with contextlib.closing(reopened(cache, folder)):
            pass
        with contextlib.closing(Cache(folder, max_bytes=40_000)) as smaller:
            smaller.put(key_of(99), picture(99))
            assert smaller.get(key_of(0)) == picture(0)
            assert smaller.get(key_of(1)) is MISSING

    def test_a_blob_stays_while_another_entry_uses_it(self, folder: Path) -> None:
        with contextlib.closing(Cache(folder, max_bytes=100_000)) as cache:
            cache.put(key_of(0), [picture(), "first"])
            cache.put(key_of(1), [picture(), "second"])
            for number in range(2, 120):
                cache.put(key_of(number), picture(number))
                assert cache.get(key_of(1)) == [picture(), "second"]
            assert cache.get(key_of(0)) is MISSING

    def test_a_value_larger_than_the_cache_is_not_kept(self, folder: Path) -> None:
        with contextlib.closing(Cache(folder, max_bytes=1000)) as cache:
            cache.put(key_of(0), picture())
            assert cache.get(key_of(0)) is MISSING
            assert blobs(folder) == []

    def test_a_blob_that_a_killed_process_left_is_swept(self, folder: Path) -> None:
        with contextlib.closing(Cache(folder, max_bytes=50_000)) as cache:
            cache.put(key_of(0), picture())
            (blob,) = blobs(folder)
            old, new = blob.with_name("new-old"), blob.with_name("new-new")
            for path in (old, new):
                path.write_bytes(b"half a pict")
            two_hours_ago = time.time() - 7200
            os.utime(old, (two_hours_ago, two_hours_ago))
            for number in range(50):
                cache.put(key_of(number), picture(number))
            assert not old.exists()
            assert new.exists()

    def test_clear_forgets_everything_and_gives_the_space_back(
        self, cache: Cache, folder: Path
    ) -> None:
        for number in range(20):
            cache.put(key_of(number), ["x" * 100_000, picture(number)])
        cache.clear()
        info = cache.info()
        assert (info.entries, info.bytes) == (0, 0)
        assert cache.get(key_of(1)) is MISSING
        assert blobs(folder) == []
        assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 200_000

    def test_info_counts(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), picture())
        cache.get(key_of(1))
        cache.get(key_of(2))
        info = cache.info()
        assert (info.folder, info.entries, info.hits, info.misses) == (folder, 1, 1, 1)
        assert info.bytes > blobs(folder)[0].stat().st_size


def damage(path: Path, at: int, count: int = 8) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        old = file.read(count)
        file.seek(at)
        file.write(bytes(byte ^ 0xFF for byte in old))


class TestDamage:
    """Damage is a miss, and is healed."""

    def test_a_damaged_blob_is_a_miss_and_is_replaced(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), picture())
        (blob,) = blobs(folder)
        damage(blob, 100)
        assert cache.get(key_of(1)) is MISSING
        assert not blob.exists()
        assert cache.info().entries == 0
        cache.put(key_of(1), picture())
        assert cache.get(key_of(1)) == picture()

    @pytest.mark.parametrize("size", [0, 50])
    def test_a_blob_cut_short_is_a_miss(self, cache: Cache, folder: Path, size: int) -> None:
        cache.put(key_of(1), picture())
        os.truncate(blobs(folder)[0], size)
        assert cache.get(key_of(1)) is MISSING
        cache.put(key_of(1), picture())
        assert cache.get(key_of(1)) == picture()

    def test_a_missing_blob_is_a_miss(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), picture())
        blobs(folder)[0].unlink()
        assert cache.get(key_of(1)) is MISSING

    @pytest.mark.parametrize(
        "change",
        ["json = x'7b7d'", "json = 7", "checksum = 'x'", "json = NULL OR 1", "json = x'ff'"],
    )
    def test_a_damaged_row_is_a_miss_and_is_deleted(
        self, cache: Cache, folder: Path, change: str
    ) -> None:
        cache.put(key_of(1), "value")
        cache.put(key_of(2), "other")
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as connection:
            connection.execute(f"UPDATE entries SET {change} WHERE key = ?", (key_of(1),))
            connection.commit()
        assert cache.get(key_of(1)) is MISSING
        assert cache.info().entries == 1
        assert cache.get(key_of(2)) == "other"

    @pytest.mark.parametrize(
        "text",
        [b"{{{", b"[" * 10_000, b'"\xff"', b'{"a":' * 150 + b"1" + b"}" * 150],
        ids=["no JSON", "too deep", "no UTF-8", "no value"],
    )
    def test_a_sound_row_that_holds_no_value_is_a_miss_and_is_replaced(
        self, cache: Cache, folder: Path, text: bytes
    ) -> None:
        cache.put(key_of(1), "value")
        checksum = blake3(key_of(1).encode() + text).digest(16)
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as connection:
            connection.execute("UPDATE entries SET json = ?, checksum = ?", (text, checksum))
            connection.commit()
        assert cache.get(key_of(1)) is MISSING
        assert cache.info().entries == 0
        cache.put(key_of(1), "value")
        assert cache.get(key_of(1)) == "value"

    def test_a_row_under_another_key_is_a_miss(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), "value")
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as connection:
            connection.execute("UPDATE entries SET key = ?", (key_of(2),))
            connection.commit()
        assert cache.get(key_of(2)) is MISSING

    @pytest.mark.parametrize(
        "content",
        [b"", b"SQLite format 3\0" + b"\xff" * 5000, b"something else entirely" * 400],
        ids=["empty", "broken header", "foreign"],
    )
    def test_a_file_that_is_no_cache_is_set_aside_untouched(
        self, folder: Path, content: bytes
    ) -> None:
        folder.mkdir()
        (folder / "results-1.sqlite").write_bytes(content)
        with contextlib.closing(Cache(folder)) as cache:
            cache.put(key_of(1), picture())
            assert cache.get(key_of(1)) == picture()
        assert (folder / "results-1.sqlite").read_bytes() == content

    @pytest.mark.parametrize("pragma", ["user_version", "application_id"])
    def test_a_database_of_another_version_is_set_aside(self, folder: Path, pragma: str) -> None:
        with contextlib.closing(Cache(folder)) as cache:
            cache.put(key_of(1), "old")
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as connection:
            connection.execute(f"PRAGMA {pragma} = 77")
        with contextlib.closing(Cache(folder)) as cache:
            assert cache.get(key_of(1)) is MISSING
            cache.put(key_of(1), "new")
        with contextlib.closing(Cache(folder)) as cache:
            assert cache.get(key_of(1)) == "new"

    def test_damage_anywhere_in_the_database_never_gives_a_wrong_value(self, folder: Path) -> None:
        dice = random.Random(3)
        for attempt in range(12):
            place = folder / str(attempt)
            with contextlib.closing(Cache(place)) as cache:
                for number in range(40):
                    cache.put(key_of(number), [number, "x" * 500])
            path = place / "results-1.sqlite"
            for _ in range(3):
                damage(path, dice.randrange(path.stat().st_size), dice.choice([1, 16, 3000]))
            with contextlib.closing(Cache(place)) as cache:
                for number in range(40):
                    assert cache.get(key_of(number)) in ([number, "x" * 500], MISSING)
                cache.put(key_of(99), "still works")
            with contextlib.closing(Cache(place)) as cache:
                for number in range(40):
                    cache.put(key_of(number), number)
                    assert cache.get(key_of(number)) == number

    def test_damage_while_it_is_open_is_survived(self, cache: Cache, folder: Path) -> None:
        for number in range(400):
            cache.put(key_of(number), ["x" * 500])
        cache.close()
        assert cache.get(key_of(0)) == ["x" * 500]
        path = folder / "results-1.sqlite"
        path.write_bytes(b"\xff" * path.stat().st_size)
        for number in range(400):
            assert cache.get(key_of(number)) in (["x" * 500], MISSING)
        cache.put(key_of(500), "new")
        assert cache.get(key_of(500)) == "new"
        assert (folder / "results-2.sqlite").exists()

    def test_blobs_of_a_database_that_was_set_aside_do_not_pile_up(self, folder: Path) -> None:
        with contextlib.closing(Cache(folder)) as cache:
            cache.put(key_of(1), picture())
        (folder / "results-1.sqlite").write_bytes(b"broken" * 1000)
        with contextlib.closing(Cache(folder)) as cache:
            cache.put(key_of(2), "new")
        assert blobs(folder) == []

    def test_a_folder_deleted_in_the_middle_is_made_again(self, cache: Cache, folder: Path) -> None:
        cache.put(key_of(1), "one")
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        for number in range(3):
            cache.put(key_of(number), "two")
        assert cache.get(key_of(1)) in ("two", MISSING)


class TestDisk:
    """A disk that can't be used never fails a call; one warning says so."""

    def test_a_folder_that_cannot_be_made(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "file").write_text("not a folder")
        cache = Cache(tmp_path / "file" / "cache")
        for number in range(3):
            cache.put(key_of(number), picture())
            assert cache.get(key_of(number)) is MISSING
        assert cache.info().entries == 0
        cache.clear()
        (record,) = caplog.records
        assert (record.name, record.levelno) == ("viscript.cache", logging.WARNING)
        assert "results can't be kept" in record.getMessage()

    def test_a_database_that_another_process_locks(
        self,
        cache: Cache,
        folder: Path,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
        cache.put(key_of(1), "before")
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as other:
            other.execute("BEGIN IMMEDIATE")
            cache.put(key_of(2), "during")
            cache.put(key_of(3), "during")
            assert cache.get(key_of(1)) == "before"
            assert cache.get(key_of(2)) is MISSING
            other.execute("ROLLBACK")
        cache.put(key_of(2), "after")
        assert cache.get(key_of(2)) == "after"
        assert len(caplog.records) == 1

    @pytest.mark.skipif(os.name == "nt", reason="needs resource limits")
    def test_a_full_disk(self, folder: Path) -> None:
        script = (
            "import logging, resource, sys; from pathlib import Path\n"
            "import numpy as np\n"
            "from viscript.tools.cache import Cache\n"
            "from viscript.tools.values import Image\n"
            "logging.basicConfig(level='WARNING')\n"
            "cache = Cache(Path(sys.argv[1])); cache.put('a', 'small')\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000))\n"
            "noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8)\n"
            "for n in range(9): cache.put(f'p{n}', Image.from_array(noise))\n"
            "for n in range(9): cache.put(f't{n}', 'x' * 100_000)\n"
            "print(cache.get('a'), [cache.get('p1'), cache.get('t1')])\n"
        )
        done = run_python(script, str(folder))
        assert done.stdout.startswith("small [<object object")
        assert done.stderr.count("results can't be kept") == 1
        assert all(not path.name.startswith("new-") for path in blobs(folder))


class TestTogether:
    """Several threads and processes at once."""

    def test_threads_share_one_cache(self, cache: Cache) -> None:
        def work(thread: int) -> None:
            dice = random.Random(thread)
            for _ in range(60):
                number = dice.randrange(30)
                found = cache.get(key_of(number))
                assert found is MISSING or found == [number, picture(number, 8)]
                cache.put(key_of(number), [number, picture(number, 8)])

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert cache.info().entries == 30

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
    def test_a_forked_child_opens_its_own_connection(self, cache: Cache) -> None:
        cache.put(key_of(1), "parent")
        child = os.fork()
        if child == 0:
            good = cache.get(key_of(1)) == "parent"
            cache.put(key_of(2), "child")
            cache.close()
            os._exit(0 if good else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert cache.get(key_of(2)) == "child"

    def test_many_processes_may_begin_at_once(self, folder: Path) -> None:
        workers = [start_worker(folder, number, rounds=30) for number in range(4)]
        for worker in workers:
            _, said = worker.communicate()
            assert worker.returncode == 0, said
        assert len(list(folder.glob("results-*.sqlite"))) == 1

    def test_processes_killed_in_the_middle_leave_a_sound_cache(self, folder: Path) -> None:
        survivor = start_worker(folder, 0, rounds=0)
        dice = random.Random(5)
        with worker_lines(survivor) as lines:
            for number in range(1, 5):
                victim = start_worker(folder, number, rounds=0)
                with worker_lines(victim) as said:
                    for _ in range(dice.randint(2, 12)):
                        assert next(said) == "ok\n"
                    victim.send_signal(signal.SIGKILL)
                assert next(lines) == "ok\n"
            survivor.terminate()
        with contextlib.closing(sqlite3.connect(folder / "results-1.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with contextlib.closing(Cache(folder)) as cache:
            found = [cache.get(key_of(number)) for number in range(40)]
            assert all(
                value is MISSING or value == [number, picture(number, 24)]
                for number, value in enumerate(found)
            )
            assert sum(value is not MISSING for value in found) > 0

    def test_an_abandoned_cache_closes_itself(self, folder: Path) -> None:
        cache = Cache(folder)
        cache.put(key_of(1), 1)
        cache.get(key_of(1))
        del cache
        gc.collect()
        # SQLite removes the log of a database when its last connection closes.
        assert not list(folder.glob("*-wal"))


class TestMemoryCache:
    """The same without a disk."""

    def test_it_keeps_values(self) -> None:
        cache = MemoryCache()
        assert cache.get("a") is MISSING
        cache.put("a", [picture(), None])
        assert cache.get("a") == [picture(), None]
        info = cache.info()
        assert (info.folder, info.entries, info.hits, info.misses) == (None, 1, 1, 1)

    def test_changing_a_list_does_not_change_what_is_kept(self) -> None:
        cache = MemoryCache()
        value = [[1], [2]]
        cache.put("a", value)
        value[0].append(9)
        cache.get("a")[1].append(9)
        assert cache.get("a") == [[1], [2]]

    def test_the_least_recently_used_go_first(self) -> None:
        cache = MemoryCache(max_bytes=10 * 3 * 32 * 32)
        cache.put("first", "kept")
        for number in range(30):
            cache.put(key_of(number), picture(number))
            assert cache.get("first") == "kept"
        assert cache.get(key_of(29)) == picture(29)
        assert cache.get(key_of(0)) is MISSING
        assert cache.info().bytes <= 10 * 3 * 32 * 32

    def test_replacing_a_value_frees_the_old_one(self) -> None:
        cache = MemoryCache()
        for _ in range(5):
            cache.put("a", picture())
        once = MemoryCache()
        once.put("a", picture())
        assert cache.info().bytes == once.info().bytes
        cache.clear()
        assert cache.info().bytes == 0

    def test_threads_share_it(self) -> None:
        cache = MemoryCache(max_bytes=20_000)
        barrier = threading.Barrier(4)

        def work(thread: int) -> None:
            barrier.wait()
            for number in range(300):
                cache.put(key_of(number % 50), number % 50)
                assert cache.get(key_of(number % 7)) in (number % 7, MISSING)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert cache.info().bytes <= 20_000


WORKER = """
import random, sys
from pathlib import Path
import numpy as np
from viscript.tools.cache import MISSING, Cache
from viscript.tools.values import Image

cache = Cache(Path(sys.argv[1]), max_bytes=100_000)
dice = random.Random(int(sys.argv[2]))
rounds = int(sys.argv[3])

def picture(seed):
    pixels = np.random.default_rng(seed).integers(0, 255, (24, 24, 3), np.uint8)
    return Image.from_array(pixels)

done = 0
while not rounds or done < rounds:
    number = dice.randrange(40)
    found = cache.get(f"{number:064x}")
    if found is not MISSING and found != [number, picture(number)]:
        sys.exit(f"{number}: {found}")
    cache.put(f"{number:064x}", [number, picture(number)])
    done += 1
    print("ok", flush=True)
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def run_python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )


def start_worker(folder: Path, seed: int, rounds: int) -> subprocess.Popen[str]:
    """A process that reads and writes the cache, `rounds` times or until it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), str(seed), str(rounds)],
        stdout=subprocess.PIPE if rounds == 0 else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


@contextlib.contextmanager
def worker_lines(worker: subprocess.Popen[str]) -> Generator[Iterator[str]]:
    assert worker.stdout is not None
    assert worker.stderr is not None
    try:
        yield iter(worker.stdout)
    finally:
        worker.kill()
        worker.stdout.close()
        worker.stderr.close()
        worker.wait()
