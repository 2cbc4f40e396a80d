"""What every codec keeps to, for a sample of formats and masters; all of them in a full run."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lathe.audio import convert, decode, encode, formats, heads, plan
from lathe.audio.codecs import CODECS, mp2
from lathe.audio.codecs.base import Option
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.formats import Format
from lathe.audio.order import UNNAMED
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags
from tests.contracts.audio import masters, players, tag_readers
from tests.contracts.audio.masters import MASTERS, Master
from tests.plugins.sampling import sample

TAGS = Tags(
    title="Gymnopédie № 1",
    artists=("Erik Satie", "Ημών"),
    album="Trois Gymnopédies",
    album_artist="Various",
    composers=("Satie", "Debussy"),
    track_number=1,
    track_total=3,
    disc_number=1,
    disc_total=2,
    date="1888-04-02",
    genre="Classical",
    isrc="QZABC2600001",
    upc="0724384960650",
    label="Lathe Records",
    copyright="2026 Lathe Records",
    licence="https://creativecommons.org/licenses/by/4.0/",
    comment="Cut to order",
    musicbrainz_recording_id="b3b2c5ac-5e9a-4a8f-9d5f-0a4d8f6e2c11",
    musicbrainz_release_id="6d1b0c1e-77f2-4c4d-9f0e-2a1f5f0c9b22",
    musicbrainz_artist_ids=("5dcdb5eb-cb72-4e6e-9e63-b7bace604965", "8f6e2c11-5e9a-4a8f-9d5f-0a4d8f6e2c33"),
    musicbrainz_release_artist_ids=("89ad4ac3-39f7-470e-963a-56509c546377",),
    replaygain_track_gain_db=-3.25,
    replaygain_track_peak=0.912345,
    replaygain_album_gain_db=1.5,
    replaygain_album_peak=0.99,
)


def texts_of(option: Option) -> list[str]:
    values = option.values or (option.minimum, (option.minimum + option.maximum) // 2, option.maximum)
    return [str(value) if option.name == UNNAMED else f"{option.name}={value}" for value in values]


def orders() -> list[str]:
    """Each codec plain where it can be, and with each value of each option, beside what is required."""
    found = []
    for name, codec in CODECS.items():
        needed = next((texts_of(option)[-1] for option in codec.options if option.required or option.modes), "")
        found += [name] if not needed else []
        for option in codec.options:
            alone = option.required or option.modes or not needed
            found += [f"{name}:{text}" if alone else f"{name}:{needed},{text}" for text in texts_of(option)]
    return [*dict.fromkeys(str(formats.parse(text)) for text in found), "flac:bits=16,rate=44100"]


def fits(text: str, master: Master) -> bool:
    source = Source(master.rate_hz, master.bits, master.channels, master.samples)
    try:
        plan.conform(formats.parse(text), source)
    except FormatError:
        return False
    return True


CASES = [(text, master) for text in orders() for master in MASTERS if fits(text, master)]
SAMPLE = [case for name in CODECS for case in sample(name, [one for one in CASES if one[0].split(":")[0] == name], 6)]


@dataclass(frozen=True)
class Made:
    fmt: Format
    path: Path
    source: Source
    body: bytes
    facts: BodyFacts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("masters")


def made_of(fmt: Format, path: Path, source: Source) -> tuple[bytes, BodyFacts]:
    pieces: list[bytes] = []
    facts = encode.write_body(pieces.append, fmt, path, source)
    return b"".join(pieces), facts


@pytest.fixture(scope="module", params=SAMPLE, ids=lambda case: f"{case[0]} of {case[1].name}")
def made(request: pytest.FixtureRequest, folder: Path) -> Made:
    text, master = request.param
    players.need_encoder(CODECS[formats.parse(text).codec])
    path = masters.make(folder, master)
    source = decode.verify(path)
    fmt = plan.conform(formats.parse(text), source)
    return Made(fmt, path, source, *made_of(fmt, path, source))


def picture(side: int) -> Picture:
    noise = Image.frombytes("RGB", (side, side), random.Random(side).randbytes(3 * side * side))
    stream = BytesIO()
    noise.save(stream, "PNG")
    return Picture("image/png", stream.getvalue(), side, side, "Front")


COVER = picture(150)
FEWEST_FOR_FFMPEG = {"opus": 100, "aac": 513, "alac": 2, "musepack": 2**63}
"""FFmpeg does not cut off the end of a speech-mode Opus packet of which fewer samples remain (opusdec does), drops an
edit of an m4a that is shorter than half a packet of AAC, and takes an m4a of one sample for unpacked PCM. The silence
around Musepack it leaves in place, where mpcdec takes it away.
"""


SPEAKERS = {
    3: {"3.0"},
    4: {"quad"},
    5: {"5.0", "5.0(side)"},
    6: {"5.1", "5.1(side)"},
    7: {"6.1"},
    8: {"7.1"},
}
"""What FFmpeg calls FLAC's layouts; the surround speakers of five and six channels go by either name."""
WITHOUT_SPEAKERS = ("tta",)
"""Containers that do not say which channel is whose: they keep to the order of WAVE."""


LATE = {"mp2": mp2.DELAY, "musepack": 481}
"""Samples of silence that FFmpeg leaves before the music; mpcdec takes Musepack's away."""
SILENCE_AROUND = {"mp2": range(mp2.DELAY, mp2.LEAST_FRAMES * mp2.FRAME), "wma": range(512, 2 * 2048)}
"""How many samples more than the music has players may hear."""


UNREAD_BY_EXIFTOOL = ("wavpack", "musepack")


def ffmpeg_can_hear(made: Made) -> bool:
    return plan.output(made.fmt, made.source).samples >= FEWEST_FOR_FFMPEG.get(made.fmt.codec, 1)


def stitched(made: Made, head: bytes) -> bytes:
    stitcher = heads.stitcher(made.fmt, head, made.facts)
    pieces = [stitcher.feed(made.body[start : start + 7001]) for start in range(0, len(made.body), 7001)]
    return b"".join(pieces) + stitcher.finish()


def file_of(made: Made, folder: Path, tags: Tags = TAGS, cover: Picture | None = COVER) -> Path:
    head = heads.head(made.fmt, made.source, tags, cover, made.facts)
    tail = heads.tail(made.fmt, made.source, tags, cover)
    path = folder / f"file.{CODECS[made.fmt.codec].extension}"
    path.write_bytes(head + stitched(made, head) + tail)
    return path


def test_the_same_order_gives_the_same_bytes_again(made: Made) -> None:
    assert made_of(made.fmt, made.path, made.source) == (made.body, made.facts)


def test_the_facts_are_those_of_the_body_and_survive_json(made: Made) -> None:
    assert made.facts.size_bytes == len(made.body)
    assert made.facts.sha256 == hashlib.sha256(made.body).hexdigest()
    assert BodyFacts.from_dict(made.facts.to_dict()) == made.facts


def test_the_size_is_exact_or_below_its_ceiling(made: Made) -> None:
    size = plan.body_size(made.fmt, made.source)
    assert len(made.body) == size.ceiling_bytes if size.exact else len(made.body) <= size.ceiling_bytes
    assert size.estimate_bytes <= size.ceiling_bytes
    assert not size.exact or size.estimate_bytes == size.ceiling_bytes


def test_the_file_is_as_long_as_was_promised(made: Made, tmp_path: Path) -> None:
    exact = plan.delivery_class(made.fmt, made.source) == "A"
    promised = heads.file_size(made.fmt, made.source, TAGS, COVER, None if exact else made.facts)
    assert file_of(made, tmp_path).stat().st_size == promised


def test_a_head_known_beforehand_does_not_change_afterwards(made: Made) -> None:
    if plan.delivery_class(made.fmt, made.source) == "C":
        with pytest.raises(FormatError, match="needs the facts"):
            heads.head(made.fmt, made.source, TAGS, COVER, None)
    else:
        before = heads.head(made.fmt, made.source, TAGS, COVER, None)
        assert before == heads.head(made.fmt, made.source, TAGS, COVER, made.facts)


def test_a_range_of_the_body_is_the_same_as_in_the_whole(made: Made) -> None:
    dice, whole = random.Random(str(made.fmt)), len(made.body)
    for cover in (None, COVER, picture(400)):
        head = heads.head(made.fmt, made.source, TAGS, cover, made.facts)
        full = stitched(made, head)
        assert len(full) == whole
        for _ in range(20):
            start, stop = sorted(dice.choices(range(whole + 1), k=2))
            part = heads.stitched_range(made.fmt, head, lambda a, b: made.body[a:b], start, stop)
            assert part == full[start:stop]


def test_every_tag_and_the_cover_read_back(made: Made, tmp_path: Path) -> None:
    found, pictures = tag_readers.read(file_of(made, tmp_path))
    assert pictures == [COVER.data]
    expected = {
        "title": [TAGS.title],
        "artist": list(TAGS.artists),
        "album": [TAGS.album],
        "albumartist": [TAGS.album_artist],
        "composer": list(TAGS.composers),
        "tracknumber": ["1"],
        "tracktotal": ["3"],
        "discnumber": ["1"],
        "disctotal": ["2"],
        "date": [TAGS.date],
        "genre": [TAGS.genre],
        "isrc": [TAGS.isrc],
        "barcode": [TAGS.upc],
        "label": [TAGS.label],
        "copyright": [TAGS.copyright],
        "license": [TAGS.licence],
        "comment": [TAGS.comment],
        "musicbrainz_trackid": [TAGS.musicbrainz_recording_id],
        "musicbrainz_albumid": [TAGS.musicbrainz_release_id],
        "musicbrainz_artistid": list(TAGS.musicbrainz_artist_ids),
        "musicbrainz_albumartistid": list(TAGS.musicbrainz_release_artist_ids),
    }
    gains = {"replaygain_track_gain": ["-3.25 dB"], "replaygain_track_peak": ["0.912345"]}
    gains |= {"replaygain_album_gain": ["1.50 dB"], "replaygain_album_peak": ["0.990000"]}
    opus = {"r128_track_gain": ["-2112"], "r128_album_gain": ["-896"]}
    assert found == expected | (opus if made.fmt.codec == "opus" else gains)


def test_a_file_with_a_title_alone_is_sound(made: Made, tmp_path: Path) -> None:
    found, pictures = tag_readers.read(file_of(made, tmp_path, Tags("Untitled"), None))
    assert (found, pictures) == ({"title": ["Untitled"]}, [])


@pytest.mark.needs_program("exiftool")
@pytest.mark.parametrize("name", [name for name in CODECS if name not in UNREAD_BY_EXIFTOOL])
def test_exiftool_reads_the_words_too(name: str, folder: Path, tmp_path: Path) -> None:
    players.need_encoder(CODECS[name])
    path = masters.make(folder, MASTERS[0])
    source, fmt = decode.verify(path), formats.parse(CODECS[name].trials[0])
    said = players.exiftool(file_of(Made(fmt, path, source, *made_of(fmt, path, source)), tmp_path))
    assert said["Title"] == TAGS.title
    assert said.get("Album") or said["AlbumTitle"] == TAGS.album
    assert TAGS.artists[-1] in (said.get("Artist") or said["Author"])


@pytest.mark.needs_program(*players.PROGRAMS)
def test_strict_validators_find_nothing(made: Made, tmp_path: Path) -> None:
    players.is_clean(file_of(made, tmp_path), with_ffmpeg=ffmpeg_can_hear(made))


@pytest.mark.needs_program(*players.PROGRAMS)
def test_a_large_cover_does_no_harm(made: Made, tmp_path: Path) -> None:
    large = file_of(made, tmp_path, cover=picture(700))
    players.is_clean(large, with_ffmpeg=ffmpeg_can_hear(made))


@pytest.mark.needs_program("ffmpeg")
def test_players_hear_exactly_the_samples_of_the_master(made: Made, tmp_path: Path) -> None:
    path, target = file_of(made, tmp_path), plan.output(made.fmt, made.source)
    around = SILENCE_AROUND.get(made.fmt.codec, range(1))
    if ffmpeg_can_hear(made):
        heard = players.ffmpeg_pcm(path, target.bits)
        assert players.samples_in(heard, target, target.bits) - target.samples in around
    second = players.SECOND_OPINION.get(path.suffix)
    if second:
        bits = target.bits if CODECS[made.fmt.codec].lossless else 16
        assert players.samples_in(second(path), target, bits) - target.samples in around


@pytest.mark.needs_program("ffmpeg")
@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("master", [MASTERS[0], MASTERS[2], MASTERS[4]], ids=lambda one: one.name)
def test_the_music_lies_where_it_lay_in_the_master(name: str, master: Master, folder: Path, tmp_path: Path) -> None:
    players.need_encoder(CODECS[name])
    path = masters.make(folder, master)
    source, fmt = decode.verify(path), formats.parse(CODECS[name].trials[0])
    made = Made(fmt, path, source, *made_of(fmt, path, source))
    target = plan.output(fmt, source)
    heard = players.ffmpeg_pcm(file_of(made, tmp_path), 16)
    got = np.frombuffer(heard, "<i2").reshape(-1, target.channels)[:, 0] / 2**15
    wanted = np.concatenate(list(convert.blocks(path, source, target, True, lambda samples: None)))[:, 0]
    spectra = np.conj(np.fft.rfft(wanted, len(got))) * np.fft.rfft(got)
    late = int(np.argmax(np.fft.irfft(spectra, len(got))))
    assert late == LATE.get(name, 0)
    got = got[late : late + len(wanted)]
    noise = np.sqrt(np.mean((got - wanted) ** 2) / np.mean(wanted**2))
    assert noise < 0.3


@pytest.mark.needs_program("ffmpeg")
def test_lossless_files_hold_the_very_samples(made: Made, tmp_path: Path) -> None:
    if not CODECS[made.fmt.codec].lossless:
        assert made.facts.pcm_md5 is None
        return
    target = plan.output(made.fmt, made.source)
    assert target.pcm_md5 in (None, made.facts.pcm_md5)
    if ffmpeg_can_hear(made):
        heard = players.ffmpeg_pcm(file_of(made, tmp_path), target.bits)
        assert hashlib.md5(heard, usedforsecurity=False).hexdigest() == made.facts.pcm_md5


@pytest.mark.needs_program("ffprobe")
def test_the_file_says_what_was_promised(made: Made, tmp_path: Path) -> None:
    target, stream = plan.output(made.fmt, made.source), players.stated(file_of(made, tmp_path))
    assert (int(stream["sample_rate"]), int(stream["channels"])) == (target.sample_rate_hz, target.channels)
    if target.channels > 2 and made.fmt.codec not in WITHOUT_SPEAKERS:
        assert stream["channel_layout"] in SPEAKERS[target.channels]


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_describes_itself(name: str) -> None:
    codec = CODECS[name]
    assert codec.name == name
    assert codec.title
    assert codec.extension
    assert codec.media_type.startswith("audio/")
    assert codec.sentence.endswith(".")
    assert all(option.sentence.endswith(".") for option in codec.options)
    assert [str(formats.parse(text)) for text in codec.trials] == list(codec.trials)
    assert codec.gapless == (name not in SILENCE_AROUND)


def test_codecs_for_old_players_come_last() -> None:
    old = [codec.for_old_players for codec in CODECS.values()]
    assert old == sorted(old)
    assert any(old)


@pytest.mark.parametrize("text", orders())
def test_every_order_reads_back_and_has_a_label(text: str) -> None:
    fmt = formats.parse(text)
    assert formats.parse(str(fmt)) == fmt
    assert str(fmt) == text
    assert plan.label(fmt).startswith(CODECS[fmt.codec].title)


@pytest.mark.parametrize(("text", "master"), sample("conform", CASES, 60), ids=str)
def test_settling_an_order_twice_changes_nothing(text: str, master: Master) -> None:
    source = Source(master.rate_hz, master.bits, master.channels, master.samples, "0" * 32)
    settled = plan.conform(formats.parse(text), source)
    assert plan.conform(settled, source) == settled
    assert formats.parse(str(settled)) == settled
    assert plan.bitrate_bps(settled, source) > 0
