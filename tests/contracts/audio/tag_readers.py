"""Tags as mutagen reads them back from each container, under one set of names."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mutagen import id3
from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.flac import FLAC, Picture
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.musepack import Musepack
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.trueaudio import TrueAudio
from mutagen.wave import WAVE
from mutagen.wavpack import WavPack

Read = dict[str, list[str]]

ID3 = {
    "TIT2": "title",
    "TPE1": "artist",
    "TALB": "album",
    "TPE2": "albumartist",
    "TCOM": "composer",
    "TDRC": "date",
    "TCON": "genre",
    "TSRC": "isrc",
    "TPUB": "label",
    "TCOP": "copyright",
    "COMM::eng": "comment",
    "TXXX:BARCODE": "barcode",
    "TXXX:LICENSE": "license",
    "TXXX:MusicBrainz Album Id": "musicbrainz_albumid",
    "TXXX:MusicBrainz Artist Id": "musicbrainz_artistid",
    "TXXX:MusicBrainz Album Artist Id": "musicbrainz_albumartistid",
    "TXXX:REPLAYGAIN_TRACK_GAIN": "replaygain_track_gain",
    "TXXX:REPLAYGAIN_TRACK_PEAK": "replaygain_track_peak",
    "TXXX:REPLAYGAIN_ALBUM_GAIN": "replaygain_album_gain",
    "TXXX:REPLAYGAIN_ALBUM_PEAK": "replaygain_album_peak",
}


def _from_id3(tags: id3.ID3) -> tuple[Read, list[bytes]]:
    found: Read = {name: [str(text) for text in tags[frame].text] for frame, name in ID3.items() if frame in tags}
    for owner in tags.getall("UFID"):
        found["musicbrainz_trackid"] = [owner.data.decode()]
    for frame, number, total in (("TRCK", "tracknumber", "tracktotal"), ("TPOS", "discnumber", "disctotal")):
        if frame in tags:
            found[number], found[total] = ([part] for part in str(tags[frame]).split("/"))
    return found, [picture.data for picture in tags.getall("APIC")]


def _vorbis(tags: Any) -> Read:
    found: Read = {}
    for name, text in tags:
        found.setdefault(name.lower(), []).append(text)
    return found


def _flac(path: Path) -> tuple[Read, list[bytes]]:
    file = FLAC(path)
    return _vorbis(file.tags), [picture.data for picture in file.pictures]


def _ogg(tags: Any) -> tuple[Read, list[bytes]]:
    found = _vorbis(tags)
    pictures = [Picture(b64decode(text)).data for text in found.pop("metadata_block_picture", [])]
    return found, pictures


MP4_TEXTS = {
    "\xa9nam": "title",
    "\xa9ART": "artist",
    "\xa9alb": "album",
    "aART": "albumartist",
    "\xa9wrt": "composer",
    "\xa9day": "date",
    "\xa9gen": "genre",
    "cprt": "copyright",
    "\xa9cmt": "comment",
}


def _mp4(path: Path) -> tuple[Read, list[bytes]]:
    tags = MP4(path).tags
    found: Read = {name: list(tags[key]) for key, name in MP4_TEXTS.items() if key in tags}
    for key, number, total in (("trkn", "tracknumber", "tracktotal"), ("disk", "discnumber", "disctotal")):
        for place in tags.get(key, []):
            found[number], found[total] = ([str(part)] for part in place)
    for key, values in tags.items():
        if key.startswith("----:com.apple.iTunes:") and not key.endswith(":iTunSMPB"):
            name = key.rpartition(":")[2].lower()
            found[name.replace("musicbrainz ", "musicbrainz_").replace(" ", "")] = [text.decode() for text in values]
    return found, [bytes(cover) for cover in tags.get("covr", [])]


APE = {"Year": "date", "Album Artist": "albumartist"}


def _ape(tags: Any) -> tuple[Read, list[bytes]]:
    pictures = [value.value.partition(b"\0")[2] for name, value in tags.items() if name.startswith("Cover Art")]
    found: Read = {
        APE.get(name, name.lower()): list(value) for name, value in tags.items() if not name.startswith("Cover Art")
    }
    for name in ("track", "disc"):
        for place in found.pop(name, []):
            found[f"{name}number"], found[f"{name}total"] = ([part] for part in place.split("/"))
    return found, pictures


ASF_TEXTS = {
    "Title": "title",
    "Author": "artist",
    "Copyright": "copyright",
    "Description": "comment",
    "WM/AlbumTitle": "album",
    "WM/AlbumArtist": "albumartist",
    "WM/Composer": "composer",
    "WM/TrackNumber": "tracknumber",
    "TotalTracks": "tracktotal",
    "WM/Year": "date",
    "WM/Genre": "genre",
    "WM/ISRC": "isrc",
    "WM/Barcode": "barcode",
    "WM/Publisher": "label",
    "MusicBrainz/Track Id": "musicbrainz_trackid",
    "MusicBrainz/Album Id": "musicbrainz_albumid",
    "MusicBrainz/Artist Id": "musicbrainz_artistid",
    "MusicBrainz/Album Artist Id": "musicbrainz_albumartistid",
}


def _asf(path: Path) -> tuple[Read, list[bytes]]:
    """A picture is its kind, the length of its data, two texts with their end marks, and the data."""
    tags = ASF(path).tags
    found: Read = {}
    pictures = []
    for name, value in tags:
        if name == "WM/Picture":
            pictures.append(value.value[-int.from_bytes(value.value[1:5], "little") :])
        elif name == "WM/PartOfSet":
            found["discnumber"], found["disctotal"] = ([part] for part in str(value).split("/"))
        else:
            found.setdefault(ASF_TEXTS.get(name, name.lower()), []).append(str(value))
    return found, pictures


READERS: dict[str, Callable[[Path], tuple[Read, list[bytes]]]] = {
    ".mp3": lambda path: _from_id3(MP3(path).tags),
    ".mp2": lambda path: _from_id3(MP3(path).tags),
    ".wav": lambda path: _from_id3(WAVE(path).tags),
    ".aiff": lambda path: _from_id3(AIFF(path).tags),
    ".flac": _flac,
    ".opus": lambda path: _ogg(OggOpus(path).tags),
    ".ogg": lambda path: _ogg(OggVorbis(path).tags),
    ".m4a": _mp4,
    ".wv": lambda path: _ape(WavPack(path).tags),
    ".mpc": lambda path: _ape(Musepack(path).tags),
    ".wma": _asf,
    ".tta": lambda path: _from_id3(TrueAudio(path).tags),
}


def read(path: Path) -> tuple[Read, list[bytes]]:
    """Return the tags by lower-case Vorbis name, and the pictures' bytes."""
    return READERS[path.suffix](path)
