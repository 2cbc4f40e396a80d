"""A simple search: every word must match the start of a folded word of the title, people, label or genre.

Typing errors are corrected against the vocabulary of the catalogue itself. The index lives in memory of the process and
is rebuilt when the catalogue has changed; it suits shops up to some ten thousand tracks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max

from lathe.catalogue import queries, rules
from lathe.catalogue.models import Artist, Credit, Release, Track

LIMIT = 40


@dataclass(frozen=True)
class Found:
    """What a search found. `corrected` is the text as it was understood, where that differs."""

    releases: list[Release]
    tracks: list[Track]
    artists: list[Artist]
    corrected: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.releases or self.tracks or self.artists)


@dataclass
class _Index:
    stamp: object
    releases: dict[int, frozenset[str]] = field(default_factory=dict)
    tracks: dict[int, frozenset[str]] = field(default_factory=dict)
    artists: dict[int, frozenset[str]] = field(default_factory=dict)
    vocabulary: set[str] = field(default_factory=set)


_lock = threading.Lock()
_indexes: list[_Index] = []
"""The index of this process, once it is built."""


def search(text: str) -> Found:
    """Find releases, tracks and artists. Empty text finds nothing."""
    asked = rules.words(text)
    if not asked:
        return Found([], [], [])
    index = _current()
    words = [_corrected(word, index.vocabulary) for word in asked]
    return Found(
        releases=list(queries.releases().filter(id__in=_matching(index.releases, words))),
        tracks=_tracks(_matching(index.tracks, words)),
        artists=list(Artist.objects.filter(id__in=_matching(index.artists, words)).order_by("name")),
        corrected=" ".join(words) if words != asked else "",
    )


def nearest(text: str) -> Release | None:
    """A release whose title is nearest to a text that found nothing; None for an empty shop."""
    asked = set(rules.words(text))
    every = list(queries.releases()[:500])
    return max(every, key=lambda item: len(asked.intersection(rules.words(item.title))), default=None)


def _matching(entries: dict[int, frozenset[str]], words: list[str]) -> list[int]:
    hits = (key for key, own in entries.items() if all(any(term.startswith(word) for term in own) for word in words))
    return [key for _, key in zip(range(LIMIT), hits, strict=False)]


def _corrected(word: str, vocabulary: set[str]) -> str:
    if len(word) < 4 or any(term.startswith(word) for term in vocabulary):
        return word
    bound = 1 if len(word) < 7 else 2
    near = [(rules.distance(word, term, bound), term) for term in sorted(vocabulary)]
    best = min(near, default=(bound + 1, word))
    return best[1] if best[0] <= bound else word


def _tracks(ids: list[int]) -> list[Track]:
    found = Track.objects.filter(id__in=ids).select_related("release__label", "recording__master")
    return list(found.order_by("release__title", "disc_number", "number"))


def _current() -> _Index:
    stamp = _stamp()
    with _lock:
        if not _indexes or _indexes[0].stamp != stamp:
            _indexes[:] = [_built(stamp)]
        return _indexes[0]


def _stamp() -> object:
    parts = (Release.objects.filter(queries.shown()), Track.objects.all(), Credit.objects.all())
    counts = tuple(part.aggregate(count=Count("id"), last=Max("id")).values() for part in parts)
    return tuple(tuple(item) for item in counts), tuple(Release.objects.aggregate(Max("edited_at")).values())


def _built(stamp: object) -> _Index:
    index = _Index(stamp)
    for release in queries.releases():
        people = [credit.artist.name for credit in release.credits.all()]
        shared = _terms(
            [release.title, release.label.name, release.genre, release.catalogue_number, release.upc, *people]
        )
        index.releases[release.id] = shared
        for track in release.tracks.all():
            index.tracks[track.id] = _terms([track.title, track.tempo, track.recording.isrc, *people])
        for credit in release.credits.all():
            index.artists[credit.artist_id] = _terms([credit.artist.name])
    for entries in (index.releases, index.tracks, index.artists):
        index.vocabulary.update(*entries.values())
    return index


def _terms(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in rules.terms(text))
