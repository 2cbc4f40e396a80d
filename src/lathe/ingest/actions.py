"""The door through which music enters: a folder is scanned, examined, and written release by release."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lathe.audio import decode, doubts
from lathe.audio.errors import SourceError
from lathe.basics import clock
from lathe.basics.errors import LatheError
from lathe.catalogue.models import Master, Release
from lathe.ingest import covers, draft, grouping, intake, scan, sidecar, words, write
from lathe.ingest.draft import Draft
from lathe.ingest.errors import SidecarError
from lathe.ingest.grouping import Candidate, Group
from lathe.ingest.intake import Intake, Progress
from lathe.ingest.notes import Sidecar
from lathe.ingest.options import Options
from lathe.ingest.scan import Delivery
from lathe.ingest.verdicts import FileReport, ImportReport, ReleaseReport
from lathe.rights import queries as rights
from lathe.rights.rules import No
from lathe.storefronts.models import Storefront

Heard = Callable[[list[str]], None]
"""Is told the names of all files before the work begins."""


@dataclass(frozen=True)
class Watch:
    """Who looks on: `begins` is told every file's name, `progress` (from several threads) how far each one is."""

    begins: Heard = lambda _names: None
    progress: Progress = lambda _name, _share: None


def import_path(*, path: Path, options: Options | None = None, watch: Watch | None = None) -> ImportReport:
    """Import a folder of FLAC at any depth, or one file. Running it again changes nothing that is the same.

    Every file gets a verdict; a bad one never keeps the others out. Each release is written in one transaction of its
    own, so that an import that was killed goes on where it stopped. Raises IngestError where nothing can be read.
    """
    seen = watch or Watch()
    delivery = scan.look(path)
    seen.begins([delivery.name(file) for file in delivery.files])
    candidates, loose = _candidates(delivery)
    releases: list[ReleaseReport] = []
    written: set[int] = set()
    with intake.begin(seen.progress) as doors:
        for group in grouping.groups(candidates, delivery.sidecars):
            releases.append(_Release(delivery, group, options or Options(), _Run(doors, written)).report())
    return ImportReport.of(*_with_owners(releases, [*delivery.refused, *loose], delivery))


def _candidates(delivery: Delivery) -> tuple[list[Candidate], list[FileReport]]:
    """Read every header; what cannot be a master is refused here."""
    candidates: list[Candidate] = []
    refused: list[FileReport] = []
    for path in delivery.files:
        name = delivery.name(path)
        try:
            probe = decode.probe(path)
        except SourceError as fault:
            refused.append(intake.refusal(name, fault))
        except OSError as fault:
            refused.append(FileReport(name, "broken", f"{path.name} cannot be read: {fault.strerror}."))
        else:
            candidates.append(Candidate(path, name, words.read(probe.tags), probe.picture is not None))
    return candidates, refused


@dataclass(frozen=True)
class _Run:
    """One import: the way into the store, and the ids of the releases it has written so far."""

    doors: Intake
    written: set[int]


class _Release:
    """One release on its way in."""

    def __init__(self, delivery: Delivery, group: Group, options: Options, run: _Run) -> None:
        self._delivery = delivery
        self._group = group
        self._options = options
        self._run = run
        self._files: list[FileReport] = []

    def report(self) -> ReleaseReport:
        """Bring the release in and say what became of it."""
        try:
            note = sidecar.read(self._group.sidecar) if self._group.sidecar else None
        except SidecarError as wrong:
            return self._refused([f"{sidecar.NAME}: {problem}" for problem in wrong.problems])
        good = self._named(note)
        masters, refused = self._run.doors.take(good)
        self._files += refused
        good = self._unlike(tuple(one for one in good if one.name in masters), masters)
        if not good:
            return self._refused(["No file of it could be taken in, so the release was not made."])
        try:
            return self._write(note, good, masters)
        except LatheError as wrong:
            return self._refused([str(wrong)])

    def _named(self, note: Sidecar | None) -> tuple[Candidate, ...]:
        """The files of which title, album and artist are known."""
        lacking = {one.name: draft.untagged(one, note, self._group) for one in self._group.files}
        self._files += [report for report in lacking.values() if report]
        return tuple(one for one in self._group.files if lacking[one.name] is None)

    def _unlike(self, files: tuple[Candidate, ...], masters: dict[str, Master]) -> tuple[Candidate, ...]:
        """The files less those whose music is in the release already under another name."""
        first: dict[str, Candidate] = {}
        for one in files:
            music = masters[one.name].pcm_md5
            if music in first:
                sentence = (
                    f"{one.path.name} holds the same music as {first[music].path.name}, which is in. Nothing to do."
                )
                self._files.append(FileReport(one.name, "duplicate", sentence, masters[one.name].sha256))
            else:
                first[music] = one
        return tuple(first.values())

    def _write(self, note: Sidecar | None, good: tuple[Candidate, ...], masters: dict[str, Master]) -> ReleaseReport:
        shas = {one.name: masters[one.name].sha256 for one in good}
        plan = draft.make(replace(self._group, files=good), note, self._options.label, shas, clock.today())
        self._files += plan.refused
        missing = self._missing(note, plan)
        picture, warnings = self._picture(note, good)
        written = write.write(
            write.Order(
                draft=plan,
                sidecar=note,
                options=self._options,
                lacking=bool(missing),
                picture=picture,
                masters={masters[one.name].sha256: masters[one.name] for one, _ in plan.tracks},
                written=frozenset(self._run.written),
            )
        )
        self._run.written.add(written.release.id)
        self._files += [
            self._accepted(one, facts.title, masters[one.name], written.before) for one, facts in plan.tracks
        ]
        held = [_doubt(one, masters[one.name]) for one, _ in plan.tracks]
        return self._done(written, [*plan.warnings, *missing, *warnings, *written.warnings, *filter(None, held)])

    def _missing(self, note: Sidecar | None, plan: Draft) -> list[str]:
        """What the sidecar names and the release does not get."""
        lacking = [track.file for track in note.tracks if track.file not in plan.by_file] if note else []
        for file in lacking:
            path = self._group.folder / file
            if not path.exists():
                sentence = f"{sidecar.NAME} names {file}, and there is no such file. Deliver it, or take its name out."
                self._files.append(FileReport(self._delivery.name(path), "missing", sentence))
        return [f"{file}, which {sidecar.NAME} names, is not in." for file in lacking]

    def _picture(self, note: Sidecar | None, good: tuple[Candidate, ...]) -> tuple[bytes | None, list[str]]:
        """The cover that came along: the sidecar's file, one embedded in the music, one beside it."""
        try:
            if note and note.cover.file:
                return covers.read(note.cover.file), []
            if note and (note.cover.motif or note.cover.palette):
                return None, []
            carrier = next((one for one in good if one.has_picture), None)
            embedded = decode.probe(carrier.path).picture if carrier else None
            beside = covers.in_folder(self._group.folder) or covers.in_folder(good[0].path.parent)
            return embedded or (covers.read(beside) if beside else None), []
        except LatheError as wrong:
            return None, [f"{wrong} A cover was drawn instead."]

    def _accepted(self, one: Candidate, title: str, master: Master, before: frozenset[str]) -> FileReport:
        if master.sha256 in before:
            return FileReport(one.name, "already_there", f"{title} is in the shop.", master.sha256, title)
        return FileReport(one.name, "accepted", f"{title} is in now.", master.sha256, title)

    def _done(self, written: write.Written, warnings: list[str]) -> ReleaseReport:
        release = Release.objects.select_related("label").get(id=written.release.id)
        answer = rights.of_release(release, _home(), clock.now()).release
        sold = [f"It is not for sale: {answer.sentence}"] if isinstance(answer, No) else []
        return ReleaseReport(
            folder=self._folder,
            state="new" if written.is_new else "changed" if written.changed else "unchanged",
            title=release.title,
            upc=release.upc,
            slug=release.slug,
            label=release.label.name,
            is_published=release.is_published,
            is_for_sale=not sold,
            sentences=(*written.sentences, *sold),
            warnings=tuple(dict.fromkeys([*warnings, *_foreign(release)])),
            files=tuple(sorted(self._files, key=lambda file: file.path)),
        )

    def _refused(self, sentences: Iterable[str]) -> ReleaseReport:
        """The release does not go in; files that would have been fine say so."""
        told = {file.path for file in self._files}
        waiting = [
            FileReport(one.name, "conflicting", f"{one.path.name} waits for its release to be put right.")
            for one in self._group.files
            if one.name not in told
        ]
        files = sorted([*self._files, *waiting], key=lambda file: file.path)
        return ReleaseReport(self._folder, "refused", sentences=tuple(sentences), files=tuple(files))

    @property
    def _folder(self) -> str:
        return self._delivery.name(self._group.folder)


def _doubt(one: Candidate, master: Master) -> str:
    """What the measurement holds against a master, which goes in all the same: the ear of the label decides."""
    doubt = doubts.said(master.verdict, master.highest_sound_hz)
    sure = doubts.sure(master.verdict_confidence)
    return f"{one.path.name}: {doubt} ({sure}). Ask the label for the original." if doubt else ""


def _foreign(release: Release) -> list[str]:
    """Say that no storefront sells in a currency of the deals."""
    sold = set(Storefront.objects.values_list("currency", flat=True))
    asked = (
        sorted(set(release.deals.filter(replaced_at__isnull=True).values_list("currency", flat=True)) - sold)
        if sold
        else []
    )
    return [f"Its prices are in {currency}, and no storefront sells in that." for currency in asked]


def _home() -> str:
    """Where the question is asked from whether a release is for sale: the first storefront's home."""
    first = Storefront.objects.order_by("id").first()
    return first.home_territory if first else "DE"


def _with_owners(
    releases: list[ReleaseReport], refused: list[FileReport], delivery: Delivery
) -> tuple[list[ReleaseReport], list[FileReport]]:
    """Hand files that were refused at sight to the release whose folder they lie in, where there is just one."""
    loose: list[FileReport] = []
    for file in refused:
        parent = Path(file.path).parent.as_posix()
        owners = [place for place, release in enumerate(releases) if release.folder == parent]
        if len(owners) == 1:
            owner = releases[owners[0]]
            releases[owners[0]] = replace(owner, files=(*owner.files, file))
        else:
            loose.append(file)
    return releases, loose
