"""How a lossless cut proves that its master is the one that was described."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from lathe.audio import decode, encode, formats, parts, proof
from lathe.audio.errors import EncodeError
from lathe.audio.source import Source
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

TEN_SECONDS = Master("ten seconds", samples=441_000)
FLAC, SIXTEEN = formats.parse("flac"), formats.parse("flac:bits=16")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Source]:
    """A master as import leaves it: verified, and its file named by its SHA-256."""
    path = masters.make(tmp_path_factory.mktemp("masters"), TEN_SECONDS)
    data = path.read_bytes()
    return data, replace(decode.verify(path), file_sha256=hashlib.sha256(data).hexdigest())


@pytest.fixture
def master(imported: tuple[bytes, Source], tmp_path: Path) -> tuple[Path, Source]:
    """The same, where a test may do to it what it likes."""
    path = tmp_path / "master.flac"
    path.write_bytes(imported[0])
    return path, imported[1]


def kinds(text: str, path: Path, source: Source) -> set[bytes]:
    order = formats.parse(text), path, source
    whole = parts.division(order[0], source)
    assert whole is not None
    place = whole.stretches[1]
    return {kind for kind, _ in parts.encode(order, whole, place, parts.music(order, place, lambda samples: None))}


@pytest.mark.parametrize("text", ["flac", "alac", "wavpack", "tta"])
def test_the_music_of_a_master_proven_at_import_stays_where_it_is_encoded(
    text: str, master: tuple[Path, Source]
) -> None:
    path, source = master
    assert kinds(text, path, source) == {parts.CODED}
    assert kinds(text, path, replace(source, file_sha256=None)) == {parts.CODED, parts.MUSIC}


def test_converted_music_has_no_md5_beforehand_and_is_heard() -> None:
    source = Source(96_000, 24, 2, 96_000, "0" * 32, "1" * 64)
    assert proof.is_by_file(FLAC, source)
    assert not proof.is_by_file(SIXTEEN, source)
    assert not proof.is_by_file(FLAC, replace(source, pcm_md5=None))


def test_the_facts_have_the_md5_of_the_music_either_way(master: tuple[Path, Source]) -> None:
    path, source = master
    one = encode.write_body(len, FLAC, path, source)
    assert one == encode.write_body(len, FLAC, path, replace(source, file_sha256=None))
    assert one.pcm_md5 == source.pcm_md5


@pytest.mark.parametrize("text", ["flac", "alac", "wavpack", "tta", "wav"])
def test_a_file_that_is_not_the_one_imported_is_refused_whatever_it_holds(
    text: str, master: tuple[Path, Source]
) -> None:
    path, source = master
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(EncodeError, match=r"no longer the file that was imported.*restore the master from a backup"):
        encode.write_body(len, formats.parse(text), path, source)


@pytest.mark.parametrize("proven", [True, False])
def test_other_music_under_the_same_header_is_refused(proven: bool, master: tuple[Path, Source]) -> None:
    path, source = master
    header = path.read_bytes()[:42]
    masters.write(path, masters.pcm(TEN_SECONDS)[::-1], TEN_SECONDS.rate_hz, TEN_SECONDS.bits)
    path.write_bytes(header + path.read_bytes()[42:])
    assert decode.probe(path).source == replace(source, file_sha256=None)
    with pytest.raises(EncodeError, match="no longer"):
        encode.write_body(len, FLAC, path, source if proven else replace(source, file_sha256=None))


def test_the_file_is_read_once_whatever_its_size_and_the_number_of_parts(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for size in (0, 1, 10_007, 3 * proof.READ_BYTES + 1):
        file.write_bytes(bytes(size))
        for count in (1, 3, 20):
            found = proof.FileProof(file, hashlib.sha256(bytes(size)).hexdigest(), "the music")
            for part in range(1, count + 1):
                found.advance(part, count)
            assert found.finish() == "the music"
