"""Roll: a piano roll on a wide curve. Where the sound rises, chords are punched; as long as it rings, so long are they.

Loudness does not tell pitch, so which keys are struck is left to chance, within what two hands can reach.
"""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.loudness import Floats
from lathe.pictures.motifs.base import Sketch, Traced
from lathe.pictures.swell import Polygon

KEYS = 46
INNER, PITCH = 150.0, 16.4
HOLE = 7.2
STRIKES = 112
CHORDS = ((0,), (0, 4), (0, 7), (0, 12), (0, 3, 7), (0, 4, 9, 12), (-5, 0, 4, 7, 12))


def strikes(curve: Floats, count: int, chance: list[float]) -> list[int]:
    """Return the bins, in order, where the sound rises most; in silence, chance alone decides.

    No two lie closer than a third of the average distance.
    """
    rise = np.maximum(0, np.diff(curve, prepend=curve[0])) + 1e-3 * np.array(chance)
    apart = max(1, curve.size // count // 3)
    taken: list[int] = []
    blocked = np.zeros(curve.size, dtype=bool)
    for place in np.argsort(-rise, kind="stable").tolist():
        if not blocked[place] and len(taken) < count:
            taken.append(place)
            blocked[max(0, place - apart) : place + apart + 1] = True
    return sorted(taken)


def trace(sketch: Sketch) -> Traced:
    """Punch two hands of chords along time, which runs round a centre outside the square."""
    curve = sketch.sound.whole
    side = sketch.pick(1, -1)
    shapes: list[Polygon] = []
    places = strikes(curve, STRIKES, [sketch.chance.random() for _ in range(curve.size)])
    free = np.full(KEYS, -1.0)
    for number, place in enumerate(places):
        after = places[number + 1] if number + 1 < len(places) else curve.size
        for key in struck(sketch, number, float(curve[place])):
            start = place / curve.size
            length = min((after - place) / curve.size * sketch.pick(0.8, 1.3, 1.3, 3.0, 6.5), 0.13)
            if start > free[key]:
                shapes += hole(key, start, length, side)
                free[key] = start + length + 0.014
    return Traced("A piano roll, punched along a wide curve", tuple(shapes))


def struck(sketch: Sketch, number: int, loud: float) -> list[int]:
    """Return the keys of one strike: the left hand in steady leaps, the right hand wandering, more keys when louder."""
    leap = 3 + int(sketch.between(0, 7)) + (9 if number % 2 else 0)
    tune = 24 + 8 * np.sin(number * 0.31) + 5 * np.sin(number * 0.83) + sketch.between(-2, 2)
    fullest = 1 + int(loud * (len(CHORDS) - 1) + sketch.between(0, 1))
    chord = CHORDS[int(sketch.between(0, min(fullest, len(CHORDS))))]
    left = [leap, leap + 12] if number % 2 == 0 else [leap, leap + 4, leap + 7]
    keys = [int(tune) + step for step in chord] + (left if sketch.chance.random() < 0.85 else [])
    return [key for key in keys if 0 <= key < KEYS]


def hole(key: int, start: float, length: float, side: float) -> list[Polygon]:
    """Return one punched hole, or nothing where it would lie outside the square."""
    radius = INNER + PITCH * key
    first = -1.66 + 1.8 * start
    angle = np.linspace(first, first + max(1.8 * length, 9 / radius), 2 + int(1.8 * length * radius / 14))
    points = swell.polar(radius, angle, (-60, 660))
    if not np.any(np.all((points > -HOLE) & (points < swell.SIDE + HOLE), axis=1)):
        return []
    return [swell.capped(300 + (points - 300) * (side, 1), HOLE)]
