"""Masters in: whole ones are proven, broken ones are told apart."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.flac import FLAC, Picture

from lathe.audio import decode, encode, formats, heads
from lathe.audio.errors import SourceError
from lathe.audio.pcm import packed
from lathe.audio.source import Source
from lathe.audio.tags import Tags
from tests.contracts.audio import masters
from tests.contracts.audio.masters import MASTERS, Master

CD = Master("cd")


@pytest.fixture(scope="module")
def cd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masters.make(tmp_path_factory.mktemp("decode"), CD)


@pytest.mark.parametrize("master", MASTERS, ids=lambda one: one.name)
def test_a_whole_master_is_proven(master: Master, tmp_path: Path) -> None:
    told: list[float] = []
    source = decode.verify(masters.make(tmp_path, master), told.append)
    md5 = hashlib.md5(packed(masters.pcm(master), master.bits), usedforsecurity=False).hexdigest()
    assert source == Source(master.rate_hz, master.bits, master.channels, master.samples, md5)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("start", [0, 1, 4095, 4096, 4097, 50_000, 66_149, 66_150, 10**7])
@pytest.mark.parametrize("block", [777, 65_536])
def test_reading_can_start_at_any_sample(cd: Path, start: int, block: int) -> None:
    whole = masters.pcm(CD)
    blocks = list(decode.pcm_blocks(cd, start=start, block=block))
    assert all(len(one) == block for one in blocks[:-1])
    assert np.array_equal(np.concatenate([whole[:0], *blocks]), whole[start:])


def cut(share: float) -> Callable[[bytes], bytes]:
    return lambda data: data[: int(len(data) * share)]


def changed(place: int, value: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + bytes([data[place] ^ value]) + data[place + 1 :]


BROKEN: list[tuple[str, Callable[[bytes], bytes], str, str]] = [
    ("cut in half", cut(0.5), "truncated", r"breaks off after 0\.\d+ of 1\.50 s"),
    ("cut near the end", cut(0.93), "truncated", "breaks off"),
    ("its last byte missing", lambda data: data[:-1], "damaged", "fails its checksum|breaks off"),
    ("cut in the header", lambda data: data[:30], "damaged", "breaks off in its metadata"),
    ("nothing behind the header", lambda data: data[:42], "damaged", "breaks off in its metadata"),
    ("no music", lambda data: data[:4] + b"\x80" + data[5:42], "damaged", "holds no sound"),
    ("a short header", lambda data: data[:4] + b"\x80\0\0\x21" + data[8:], "damaged", "header is broken"),
    ("empty", lambda data: b"", "not_audio", "is empty"),
    ("one letter", lambda data: b"f", "not_audio", "no audio file"),
    ("a text", lambda data: b"Not music. " * 500, "not_audio", "no audio file"),
    ("a playlist", lambda data: b"#EXTM3U\nfile:///etc/passwd\n", "not_audio", "no audio file"),
    ("a bit flipped in the music", lambda data: changed(len(data) // 2, 4)(data), "damaged", "damaged at 0"),
    ("a hole", lambda data: data[:40_000] + data[60_000:], "damaged", "damaged at"),
    ("a wrong MD5", changed(30, 1), "md5_mismatch", "does not match the MD5"),
    ("a wrong rate", changed(19, 0x10), "damaged", "rate or channels change"),
    ("12 bits", changed(21, 0x40), "unsupported", "has 12 bits"),
    ("a rate of 4 Hz", lambda data: data[:18] + b"\0\0\x42" + data[21:], "unsupported", "runs at 4 Hz"),
    ("a length of days", lambda data: data[:22] + b"\xff" * 4 + data[26:], "unsupported", "at most 24"),
    ("more samples than stated", lambda data: data[:25] + b"\1" + data[26:], "damaged", "states .* and holds"),
    ("WAV", lambda data: b"RIFF\0\0\0\0WAVEfmt ", "unsupported", "is WAV"),
    ("AIFF", lambda data: b"FORM\0\0\0\0AIFF", "unsupported", "is AIFF"),
    ("WavPack", lambda data: b"wvpk" + bytes(40), "unsupported", "is WavPack"),
    ("Apple Lossless", lambda data: b"\0\0\0 ftypM4A " + bytes(90) + b"alac", "unsupported", "is Apple Lossless"),
    ("AAC in MP4", lambda data: b"\0\0\0 ftypM4A " + bytes(90) + b"mp4a", "lossy", "is MP4"),
    ("AAC", lambda data: b"\xff\xf1\x50\x80" + bytes(90), "lossy", "is AAC"),
    ("Vorbis", lambda data: b"OggS" + bytes(24) + b"\x01vorbis", "lossy", "already lost part of the music"),
    ("Ogg FLAC", lambda data: b"OggS" + bytes(24) + b"\x7fFLAC", "unsupported", "is Ogg FLAC"),
]


@pytest.mark.parametrize(("change", "kind", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_master_is_told_apart(
    cd: Path, tmp_path: Path, change: Callable[[bytes], bytes], kind: str, words: str
) -> None:
    path = tmp_path / "broken.flac"
    path.write_bytes(change(cd.read_bytes()))
    with pytest.raises(SourceError, match=words) as caught:
        decode.verify(path)
    assert caught.value.kind == kind
    assert str(caught.value).startswith("broken.flac")


def test_an_mp3_by_another_name_is_found_out(cd: Path, tmp_path: Path) -> None:
    source, fmt = decode.verify(cd), formats.parse("mp3:cbr=128")
    path = tmp_path / "renamed.flac"
    head = heads.head(fmt, source, Tags("In truth an MP3"), None)
    path.write_bytes(head + b"".join(encode.encode_body(fmt, cd, source)))
    for look in (decode.probe, decode.verify):
        with pytest.raises(SourceError, match="is MP3, which has already lost"):
            look(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="gone.flac: there is no such file") as caught:
        decode.probe(tmp_path / "gone.flac")
    assert caught.value.kind == "missing"


def test_a_master_without_length_and_md5_is_counted(cd: Path, tmp_path: Path) -> None:
    data = cd.read_bytes()
    path = tmp_path / "piped.flac"
    path.write_bytes(data[:21] + bytes([data[21] & 0xF0]) + bytes(20) + data[42:])
    assert decode.probe(path).source == Source(44_100, 16, 2, 0, None)
    assert decode.verify(path) == decode.verify(cd)


def test_an_id3_tag_before_the_music_is_looked_past(cd: Path, tmp_path: Path) -> None:
    path = tmp_path / "tagged.flac"
    path.write_bytes(b"ID3\x04\0\0\0\0\0\x10" + bytes(16) + cd.read_bytes())
    assert decode.verify(path) == decode.verify(cd)


def test_a_probe_reads_tags_and_the_front_cover(cd: Path, tmp_path: Path) -> None:
    path = tmp_path / "tagged.flac"
    path.write_bytes(cd.read_bytes())
    file = FLAC(path)
    file["TITLE"], file["Artist"] = "Courante", ["J. S. Bach", "A. Cellist"]
    for kind, data in ((4, b"back"), (3, b"front" * 100_000)):
        picture = Picture()
        picture.type, picture.data, picture.mime = kind, data, "image/jpeg"
        file.add_picture(picture)
    file.save()
    found = decode.probe(path)
    assert found.tags["title"] == ["Courante"]
    assert found.tags["artist"] == ["J. S. Bach", "A. Cellist"]
    assert found.picture == b"front" * 100_000
    assert (found.container, found.codec) == ("flac", "flac")
    assert found.source == decode.verify(path)


def test_a_probe_without_tags_and_picture_says_so(cd: Path) -> None:
    found = decode.probe(cd)
    assert found.picture is None
    assert set(found.tags) <= {"encoder"}


@pytest.fixture(scope="module")
def data(cd: Path) -> bytes:
    return cd.read_bytes()


@given(st.integers(0, 2**32))
@settings(max_examples=40)
def test_no_damage_passes_for_whole_or_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, seed: int
) -> None:
    dice = random.Random(seed)
    hurt = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        start = dice.randrange(dice.choice((100, 9000, len(hurt))))
        length = dice.choice((1, 1, 4, 100, 5000))
        hurt[start : start + length] = dice.randbytes(dice.choice((0, length)))
    path = tmp_path_factory.mktemp("hurt") / "hurt.flac"
    path.write_bytes(hurt)
    with suppress(SourceError):
        decode.probe(path)
    if fault_of(path) is None:
        assert np.array_equal(np.concatenate(list(decode.pcm_blocks(path))), masters.pcm(CD))


def fault_of(path: Path) -> str | None:
    try:
        decode.verify(path)
    except SourceError as error:
        return error.kind
    return None
