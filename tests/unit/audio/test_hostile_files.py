"""Files of other kinds, made to do harm: a named error, in bounded memory and time."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from lathe.audio import inspection, playing, stated
from lathe.audio.errors import SourceError
from tests.contracts.audio import crafted, cuts, masters


def wav(
    *, rate: int = 44_100, channels: int = 2, bits: int = 16, data: int = 400, there: int = 400, kind: int = 1
) -> bytes:
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * frame & 0xFFFFFFFF, frame & 0xFFFF, bits)
    return (
        b"RIFF" + struct.pack("<I", (36 + data) & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + form
        + b"data" + struct.pack("<I", data) + bytes(there)
    )  # fmt: skip


def rf64(size: int) -> bytes:
    plain = wav()
    long = b"ds64" + struct.pack("<IQQQI", 28, size + 80, size, size // 4, 0)
    return b"RF64\xff\xff\xff\xffWAVE" + long + plain[12:36] + b"data\xff\xff\xff\xff" + bytes(400)


HOSTILE: list[tuple[str, str, bytes, str, str]] = [
    ("1 Hz", "a.wav", wav(rate=1), "unsupported", "runs at 1 Hz; read are 8000 to"),
    ("4 GHz", "a.wav", wav(rate=2**32 - 1), "unsupported|damaged", "Hz|cannot be read"),
    ("32 channels", "a.wav", wav(channels=32, data=640, there=640), "unsupported", "has 32 channels; read are 1 to 8"),
    ("no channels", "a.wav", wav(channels=0), "unsupported|damaged", "channels|cannot be read|no sound|does not say"),
    ("a gigantic length", "a.wav", wav(data=2**32 - 2), "truncated", "breaks off: 4294966894 of 4294967294 bytes"),
    ("an exabyte", "a.wav", rf64(2**62), "truncated", "breaks off"),
    ("no sound in it", "a.wav", wav(data=0, there=0), "damaged|not_audio", "no sound|cannot be read"),
    ("no data chunk", "a.wav", wav()[:36], "damaged|not_audio", "no chunk of sound|cannot be read|no sound"),
    ("a codec we do not know", "a.wav", wav(kind=0x55), "unsupported|damaged", "not read here|cannot be read"),
    ("nothing", "a.wav", b"", "not_audio", "is empty"),
    ("a letter", "a.mp3", b"I", "not_audio", "no audio file that is known here. Read are FLAC"),
    ("a playlist", "a.m4a", b"#EXTM3U\nfile:///etc/passwd\n", "not_audio", "no audio file"),
    ("a concat script", "a.ogg", b"ffconcat version 1.0\nfile /etc/passwd\n", "not_audio", "no audio file"),
    ("Monkey's Audio", "a.ape", b"MAC " + bytes(90), "unsupported", "is Monkey's Audio. Read are"),
    ("an Ogg of noise", "a.ogg", b"OggS" + bytes(range(256)) * 40, "damaged|truncated", "cannot be read|page"),
    (
        "an MP4 of boxes without end",
        "a.m4a",
        b"\0\0\0 ftypM4A " + b"\0\0\0\x08moov" * 5000,
        "damaged|not_audio",
        "cannot be|no sound",
    ),
    (
        "AIFF that is a picture",
        "a.aiff",
        b"FORM\0\0\0\x08ILBM" + bytes(90),
        "damaged|not_audio",
        "cannot be read|no sound",
    ),
    ("a TTA header", "a.tta", b"TTA1" + b"\xff" * 40, "damaged|unsupported", "cannot be read|Hz"),
    (
        "WavPack without blocks",
        "a.wv",
        b"wvpk" + b"\xff" * 90,
        "damaged|not_audio|unsupported",
        "cannot be read|no sound|Hz",
    ),
]


@pytest.mark.parametrize(
    ("name", "data", "kind", "words"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE]
)
def test_a_hostile_file_gets_a_name_and_a_reason(name: str, data: bytes, kind: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        inspection.inspect(path, lambda share: None)
    assert caught.value.kind in kind.split("|")
    assert str(caught.value).startswith(name)


@pytest.mark.parametrize("name", [".", "gone.wav"])
def test_what_is_no_file_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder|no such file"):
        inspection.inspect(tmp_path / name, lambda share: None)


def test_sound_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(wav(data=400_000, there=400_000))
    monkeypatch.setattr(stated, "MOST_PCM_BYTES", 100_000)
    with pytest.raises(SourceError, match=r"long.wav unpacks to more than"):
        playing.count(path, playing.look(path))


CHANGES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("a page lost", lambda data: b"".join(part for number, part in enumerate(pages(data)) if number != 3)),
    ("the last page lost", lambda data: b"".join(pages(data)[:-1])),
    ("a page cut", lambda data: data[:-3]),
    ("something behind", lambda data: data + b"TAG" + bytes(125)),
]


def pages(data: bytes) -> list[bytes]:
    return [b"OggS" + part for part in data.split(b"OggS")[1:]]


@pytest.mark.parametrize("change", [case[1] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_an_ogg_with_a_gap_is_found_out(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    master = masters.make(tmp_path, masters.Master("gap", samples=200_000))
    path, _ = cuts.make(tmp_path, master, "opus:96")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(SourceError, match="page"):
        inspection.inspect(path, lambda share: None)


@pytest.mark.parametrize(("text", "name"), [("mp3:cbr=128", "song.flac"), ("flac", "song.mp3"), ("wav", "song.aiff")])
def test_a_wrong_name_is_seen(text: str, name: str, tmp_path: Path) -> None:
    path, _ = cuts.make(tmp_path, masters.make(tmp_path, masters.Master("named")), text)
    found = inspection.inspect(path.rename(tmp_path / name), lambda share: None)
    assert found.is_mislabelled


def test_crafted_music_is_music(tmp_path: Path) -> None:
    """The bombs of these tests are refused for what is in them, not because the file around them is broken."""
    path = tmp_path / "plain.flac"
    path.write_bytes(crafted.with_blocks(crafted.music(tmp_path), crafted.picture(crafted.png_bomb(10))))
    assert inspection.inspect(path, lambda share: None).cover_bytes == len(crafted.png_bomb(10))
