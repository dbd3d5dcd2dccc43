"""The keys of a cell's header: which there are, what they may hold, and where they have a place."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casebank.errors import nearest

Kind = Literal["setup", "solution", "test", "essay", "hint", "probe"]
KINDS: tuple[str, ...] = ("setup", "solution", "test", "essay", "hint", "probe")
EXPECT = ("pass", "fail", "error", "not-attempted")


class CellKeys(BaseModel):
    """Keys of one ``# %%`` header. The set is closed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    lang: Literal["zh", "en"] | None = Field(None, description="language of the cell")
    task: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = Field(
        None, description="task of exercise.yml to which the cell belongs"
    )
    kind: Kind | None = Field(None, description="what the cell is for; none: prose or shared code")
    points: int | float | None = Field(None, gt=0, description="points of a test or an essay")
    level: Literal[1, 2, 3] | None = Field(None, description="how much a hint gives away")
    expect: Literal["pass", "fail", "error", "not-attempted"] | None = Field(
        None, description="outcome that a probe must have"
    )
    message: str | None = Field(None, min_length=1, description="message that a probe must meet")
    name: str | None = Field(None, min_length=1, description="label of a probe")
    alt: str | None = Field(None, min_length=1, description="text for the figure that a cell draws")

    def given(self) -> dict[str, Any]:
        """The keys that stand in the header."""
        return {k: v for k, v in self.model_dump().items() if v is not None}


#: kind -> (keys it must have, keys it may have). ``prose`` and ``code`` are cells without a kind.
PLACES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "prose": (frozenset({"lang"}), frozenset({"task"})),
    "code": (frozenset(), frozenset({"lang", "alt"})),
    "setup": (frozenset({"lang"}), frozenset()),
    "solution": (frozenset({"task"}), frozenset()),
    "test": (frozenset({"task", "points"}), frozenset()),
    "essay": (frozenset({"task", "points"}), frozenset()),
    "hint": (frozenset({"task", "level", "lang"}), frozenset()),
    "probe": (frozenset({"task", "expect"}), frozenset({"message", "name"})),
}

MARKDOWN_KINDS = frozenset({"prose", "essay", "hint"})


def schema() -> dict[str, Any]:
    """The JSON schema of a cell's keys (kept in ``cell-keys.schema.json``)."""
    return CellKeys.model_json_schema()


def read_keys(raw: dict[str, Any]) -> tuple[CellKeys | None, str, str]:
    """Validate the keys of a header.

    Returns:
        The keys, or nothing with what is wrong and what would be right.
    """
    unknown = [k for k in raw if k not in CellKeys.model_fields]
    if unknown:
        return None, f"unknown key '{unknown[0]}'", nearest(unknown[0], CellKeys.model_fields)
    try:
        return CellKeys.model_validate(raw), "", ""
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        value = raw[key]
        known: dict[str, tuple[str, ...]] = {
            "lang": ("zh", "en"),
            "kind": KINDS,
            "expect": EXPECT,
        }
        if key in known:
            return None, f"{key} is '{value}'", nearest(str(value), known[key])
        remedy = {
            "points": "points are a number greater than 0, written without quotes",
            "level": "a hint's level is 1, 2 or 3, written without quotes",
            "task": "a task's name has small letters, digits and _ and begins with a letter",
        }.get(key, "write a text in double quotes")
        return None, f"{key} is {value!r}", remedy
