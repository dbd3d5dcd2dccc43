"""All submissions of the test, and the seeded sample of them."""

from __future__ import annotations

import random

import accidents  # noqa: F401  (enters its mutations)
from build import made, released
from courses import BUILDERS, course
from draft import UnfitError, blank, give_ids
from model import Course, Submission
from mutations import ALL, Mutation

SEED = 20261124
#: Courses whose notebooks take long: they meet each kind that all courses meet only once, and every
#: second one of those.
LONG = ("magics", "kernels")


def _fits(one: Mutation, course: Course) -> bool:
    if one.courses and course.slug not in one.courses:
        return False
    return not (one.slow and course.timeout is None)


def _times(one: Mutation, course: Course) -> int:
    if one.courses or course.slug not in LONG:
        return one.times
    if one.name in ("right", "mixed", "wrong", "half", "untouched"):
        return 1
    everywhere = [each for each in ALL if not each.courses]
    return (everywhere.index(one) + LONG.index(course.slug)) % 2


def submissions(course: Course) -> list[Submission]:
    """Every submission of a course, in a fixed order."""
    release = released(course, made(course))
    found = []
    for one in ALL:
        if not _fits(one, course):
            continue
        for slot in range(_times(one, course)):
            draft = blank(course, release, f"{SEED}-{course.slug}-{one.name}-{slot}", slot)
            if one.fill != "untouched":
                draft.fill(one.fill)
            try:
                one.change(draft)
            except UnfitError:
                break
            if not draft.raw:
                give_ids(draft)
            found.append(
                Submission(
                    student=f"{draft.prefix}{one.name}-{slot}",
                    slug=course.slug,
                    kind=one.name,
                    files=draft.files_of(),
                    honest=one.honest,
                    marks=frozenset(draft.marks),
                    loose=one.loose,
                    before=draft.before,
                )
            )
    return found


def whole() -> list[Submission]:
    """Every submission of every course."""
    return [one for slug in BUILDERS for one in submissions(course(slug))]


def sample(size: int = 63, seed: int = SEED) -> list[Submission]:
    """A part of them: the same number from each course, right and untouched always among them."""
    share, rest = divmod(size, len(BUILDERS))
    chosen = []
    for number, slug in enumerate(BUILDERS):
        every = submissions(course(slug))
        fixed = [one for one in every if one.student in ("right-0", "mixed-0")]
        others = [one for one in every if one not in fixed]
        wanted = share + (number < rest) - len(fixed)
        picked = random.Random(f"{seed}-{slug}").sample(others, min(wanted, len(others)))
        chosen += [one for one in every if one in fixed or one in picked]
    return chosen
