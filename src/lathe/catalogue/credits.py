"""Who is named for a release or track, as people read it."""

from __future__ import annotations

from collections.abc import Iterable

from lathe.catalogue.models import Credit, Release, Track

Role = Credit.Role


def names(credits: Iterable[Credit], *roles: Role) -> tuple[str, ...]:
    """The artists of the given roles, each once, in order."""
    return tuple(dict.fromkeys(credit.artist.name for credit in credits if credit.role in roles))


def line(release: Release) -> str:
    """The composer, else the main artist: 'Erik Satie'."""
    return heading(release.credits.all())


def heading(credits: Iterable[Credit]) -> str:
    """The line of the release that these are credits of."""
    own = _of_release(credits)
    return ", ".join(names(own, Role.COMPOSER) or names(own, Role.MAIN_ARTIST))


def players(release: Release) -> str:
    """Who plays: 'Hélène Vasseur, piano'; empty where the line above names them already."""
    own = _of_release(release.credits.all())
    players = [credit for credit in own if credit.role in (Role.MAIN_ARTIST, Role.PERFORMER)]
    shown = set(names(own, Role.COMPOSER)) or set(names(own, Role.MAIN_ARTIST))
    texts = dict.fromkeys(_with_instrument(credit) for credit in players if credit.artist.name not in shown)
    return "; ".join(texts)


def composers(release: Release) -> tuple[str, ...]:
    """The composers of the release."""
    return composing(release.credits.all())


def composing(credits: Iterable[Credit]) -> tuple[str, ...]:
    """The composers of the release that these are credits of."""
    return names(_of_release(credits), Role.COMPOSER)


def of_track(track: Track, release: Release) -> list[Credit]:
    """The credits of a track: its own, and the release's for every role it has none of its own."""
    return applying(track, release.credits.all())


def applying(track: Track, credits: Iterable[Credit]) -> list[Credit]:
    """Those of a release's credits that are the track's."""
    everything = list(credits)
    own = [credit for credit in everything if credit.track_id == track.id]
    roles = {credit.role for credit in own}
    return own + [credit for credit in everything if credit.track_id is None and credit.role not in roles]


def _of_release(credits: Iterable[Credit]) -> list[Credit]:
    return [credit for credit in credits if credit.track_id is None]


def _with_instrument(credit: Credit) -> str:
    return f"{credit.artist.name}, {credit.instrument}" if credit.instrument else credit.artist.name
