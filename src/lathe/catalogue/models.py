"""Tables of the music."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from lathe.audio.source import Source
from lathe.basics import clock


class Party(models.Model):
    """A rights holder, as DDEX uses the word: here the label that delivers. `uid` is what the books hold."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Artist(models.Model):
    """A composer, player or group."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Master(models.Model):
    """The lossless source file of a recording: immutable, named by its SHA-256, with what was measured of it.

    `envelope` holds the loudness curve: 1400 bytes, RMS by bin, the loudest 255.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveBigIntegerField()
    sample_rate_hz = models.PositiveIntegerField()
    bits = models.PositiveSmallIntegerField()
    channels = models.PositiveSmallIntegerField()
    samples = models.PositiveBigIntegerField()
    pcm_md5 = models.CharField(max_length=32)
    loudness_lufs = models.FloatField(null=True)
    loudness_range_lu = models.FloatField(null=True)
    true_peak_dbtp = models.FloatField(null=True)
    dynamic_range_dr = models.SmallIntegerField(null=True)
    clipped_samples = models.PositiveBigIntegerField(default=0)
    bits_used = models.FloatField(default=0)
    highest_sound_hz = models.FloatField(default=0)
    verdict = models.CharField(max_length=20)
    verdict_confidence = models.FloatField(default=0)
    envelope = models.BinaryField()
    stored_at = models.DateTimeField(default=clock.now)

    @property
    def source(self) -> Source:
        """What the audio room needs to know of this master without opening it."""
        return Source(
            sample_rate_hz=self.sample_rate_hz,
            bits=self.bits,
            channels=self.channels,
            samples=self.samples,
            pcm_md5=self.pcm_md5,
            file_sha256=self.sha256,
        )

    @property
    def duration_s(self) -> float:
        return self.samples / self.sample_rate_hz

    @property
    def object_key(self) -> str:
        """Where the file lies in the masters store."""
        return f"{self.sha256[:2]}/{self.sha256}.flac"


class Release(models.Model):
    """A release as it is sold. `hue` (0 to 350 in steps of 10) colours its page; the cover is named by its SHA-256."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    upc = models.CharField(max_length=14, unique=True)
    slug = models.SlugField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    label = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="releases")
    catalogue_number = models.CharField(max_length=40, blank=True)
    genre = models.CharField(max_length=80, blank=True)
    genre_slug = models.SlugField(max_length=80, blank=True)
    released_on = models.DateField()
    recorded = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    copyright = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    cover_sha256 = models.CharField(max_length=64, blank=True)
    cover_media_type = models.CharField(max_length=40, blank=True)
    cover_alt = models.CharField(max_length=300, blank=True)
    booklet_sha256 = models.CharField(max_length=64, blank=True, help_text="A PDF in the documents store.")
    booklet_bytes = models.PositiveBigIntegerField(default=0)
    hue = models.PositiveSmallIntegerField(default=80)
    is_published = models.BooleanField(default=True)
    embargo_until = models.DateTimeField(null=True, blank=True, help_text="Nothing of it is shown or sold before.")
    added_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-released_on", "-id"]

    def __str__(self) -> str:
        return self.title


class Recording(models.Model):
    """A performance as it was captured. Its ISRC is a label on it, not its identity: real deliveries repeat them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=300)
    isrc = models.CharField(max_length=12, blank=True, db_index=True)
    master = models.ForeignKey(Master, on_delete=models.PROTECT, related_name="recordings")

    def __str__(self) -> str:
        return self.title


class Work(models.Model):
    """What was composed. `is_protected` is off once its authors' rights have ended: nothing is owed for it then."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=300)
    iswc = models.CharField(max_length=11, blank=True, db_index=True, help_text="ISO 15707, as in T0345246801.")
    is_protected = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.title


class WorkRecording(models.Model):
    """A work in a recording. `part` is its share of the recording, a fraction as text; a recording's parts make one."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="works")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="recordings")
    part = models.CharField(max_length=40, default="1")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["recording", "work"], name="work_in_recording_once")]


class Track(models.Model):
    """A recording at its place on a release. `tempo` is the movement's marking (Lent et douloureux)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="tracks")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="tracks")
    disc_number = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    tempo = models.CharField(max_length=200, blank=True)
    slug = models.SlugField(max_length=200)
    lyrics = models.TextField(blank=True)

    class Meta:
        ordering = ["disc_number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["release", "disc_number", "number"], name="track_place_once"),
            models.UniqueConstraint(fields=["release", "slug"], name="track_slug_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def master(self) -> Master:
        return self.recording.master


class Credit(models.Model):
    """Who did what: on a whole release, or on one track of it."""

    class Role(models.TextChoices):
        COMPOSER = "composer", "Composer"
        MAIN_ARTIST = "main_artist", "Main artist"
        PERFORMER = "performer", "Performer"
        ENGINEER = "engineer", "Engineer"

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="credits")
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.CASCADE, related_name="credits")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="credits")
    role = models.CharField(max_length=20, choices=Role.choices)
    instrument = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "artist", "role"], condition=Q(track__isnull=True), name="release_credit_once"
            ),
            models.UniqueConstraint(fields=["track", "artist", "role"], name="track_credit_once"),
        ]
