"""Masters made to do harm: each is refused by name, or read without what it carries, in bounded memory."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from lathe.audio import decode, stated, survey
from lathe.audio.containers.flac import COMMENT
from lathe.audio.errors import SourceError
from tests.contracts.audio import crafted, masters
from tests.contracts.audio.crafted import PADDING

MIB = 1 << 20


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return crafted.music(tmp_path_factory.mktemp("hostile"))


REFUSED = [
    ("a picture that states 4 GB", [crafted.picture(b"x", stated=2**32 - 1)], "damaged", "4294967295 bytes are stated"),
    ("a picture whose type never ends", [(6, struct.pack(">II", 3, 2**31))], "damaged", "a picture in it is broken"),
    ("a picture of no bytes", [(6, b"")], "damaged", "4 bytes are stated and 0 are there"),
    ("tags that state a long line", [(4, struct.pack("<III", 0, 1, 2**32 - 1))], "damaged", "tags are broken"),
    ("a vendor without end", [(4, struct.pack("<I", 2**32 - 1))], "damaged", "tags are broken"),
    ("four billion tags", [crafted.comment(count=2**32 - 1)], "unsupported", "4294967295 tags; at most 10000"),
    ("more tags than there are", [crafted.comment(b"A=1", count=3)], "damaged", "tags are broken"),
    ("tags twice", [crafted.comment(), crafted.comment()], "damaged", "two blocks of tags"),
    ("five MiB of tags", [(COMMENT, bytes(5 * MIB))], "unsupported", "at most 4194304 are read"),
    ("a crowd of blocks", [(PADDING, b"")] * 4097, "unsupported", "more than 4096 metadata blocks"),
    ("80 MiB of padding", [(PADDING, bytes(16 * MIB - 1))] * 5, "unsupported", "more than 64 MiB stand before"),
    ("STREAMINFO twice", [(0, bytes(34))], "damaged", "block 2 is of a kind"),
    ("a forbidden block", [(127, b"")], "damaged", "block 2 is of a kind"),
]


@pytest.mark.parametrize(("blocks", "kind", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_metadata_that_goes_too_far_is_refused_by_name(
    honest: bytes, tmp_path: Path, blocks: list[tuple[int, bytes]], kind: str, words: str
) -> None:
    path = tmp_path / "hostile.flac"
    path.write_bytes(crafted.with_blocks(honest, *blocks))
    with pytest.raises(SourceError, match=words) as caught:
        decode.probe(path)
    assert caught.value.kind == kind
    assert str(caught.value).startswith("hostile.flac: ")
    assert str(caught.value).endswith(".")


def test_a_block_that_leads_out_of_the_file_is_refused(honest: bytes, tmp_path: Path) -> None:
    path = tmp_path / "short.flac"
    path.write_bytes(honest[:42] + b"\x84\xff\xff\xff" + honest[46:])
    with pytest.raises(SourceError, match="breaks off in its metadata"):
        decode.probe(path)


def test_an_id3_tag_longer_than_the_file_leaves_no_music(honest: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tagged.flac"
    path.write_bytes(b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + honest)
    with pytest.raises(SourceError, match="no audio file"):
        decode.probe(path)


def test_what_is_only_odd_is_read(honest: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.flac"
    path.write_bytes(
        crafted.with_blocks(
            honest,
            (PADDING, b""),
            crafted.comment(b"no sign", b"=no name", b"TITLE=a=b", b"title=\xff", b"EMPTY="),
            crafted.picture(b"http://example.org/cover.png", media_type=b"-->"),
            crafted.picture(b"back", kind=4),
            crafted.picture(b"front"),
            (90, b"of a later standard"),
        )
    )
    found = decode.probe(path)
    assert found.tags == {"title": ["a=b", "�"], "empty": [""]}
    assert found.picture == b"front"
    assert len(decode.verify(path).pcm_md5 or "") == 32


def test_a_picture_that_is_only_linked_to_is_none(honest: bytes, tmp_path: Path) -> None:
    path = tmp_path / "linked.flac"
    path.write_bytes(crafted.with_blocks(honest, crafted.picture(b"file:///etc/passwd", media_type=b"-->")))
    assert decode.probe(path).picture is None


@pytest.mark.parametrize(("hours", "channels", "rate"), [(23, 8, 96_000), (8, 8, 384_000)])
def test_a_master_that_states_more_than_32_gib_of_sound_is_refused(
    honest: bytes, tmp_path: Path, hours: int, channels: int, rate: int
) -> None:
    packed = rate << 44 | (channels - 1) << 41 | 23 << 36 | hours * 3600 * rate
    path = tmp_path / "endless.flac"
    path.write_bytes(honest[:18] + packed.to_bytes(8, "big") + honest[26:])
    with pytest.raises(SourceError, match=r"endless.flac unpacks to more than 32 GiB of sound. Cut it") as caught:
        decode.probe(path)
    assert caught.value.kind == "unsupported"


@pytest.mark.parametrize("look", [decode.verify, survey.survey])
def test_sound_without_a_stated_length_is_counted_while_it_unpacks(
    honest: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: object
) -> None:
    monkeypatch.setattr(stated, "MOST_PCM_BYTES", 100_000)
    path = tmp_path / "silent-bomb.flac"
    path.write_bytes(honest[:21] + bytes([honest[21] & 0xF0]) + bytes(4) + honest[26:])
    assert callable(look)
    with pytest.raises(SourceError, match="unpacks to more than"):
        look(path)


_CHILD = """
import resource, sys
from lathe.audio import decode, survey
from lathe.audio.errors import SourceError
survey.survey(sys.argv[1])
pages = int(open('/proc/self/statm').read().split()[0])
most = pages * resource.getpagesize() + 200 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for path in sys.argv[2:]:
    try:
        found = decode.probe(path)
        survey.survey(path)
        print("whole", len(found.picture or b""))
    except SourceError as refused:
        print(refused.kind)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to bound the memory of a process")
def test_bombs_before_the_music_do_not_unpack(honest: bytes, tmp_path: Path) -> None:
    """A gigabyte waits in the picture and a quarter in the tag; 200 MiB are allowed beyond what honest music took."""
    calm, picture, tag = (tmp_path / name for name in ("calm.flac", "picture.flac", "tag.flac"))
    bomb = crafted.png_bomb(16_000)
    calm.write_bytes(honest)
    picture.write_bytes(crafted.with_blocks(honest, crafted.picture(bomb)))
    tag.write_bytes(crafted.id3_bomb(255 * MIB) + honest)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, calm, picture, tag], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.split("\n")[:2] == [f"whole {len(bomb)}", "whole 0"], done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to see the open files of a process")
def test_a_reader_left_early_closes_its_file(tmp_path: Path) -> None:
    path = masters.make(tmp_path, masters.MASTERS[0])
    reading = decode.pcm_blocks(path, block=100)
    next(reading)
    assert path in open_files()
    reading.close()
    assert path not in open_files()


def open_files() -> set[Path]:
    return {link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
