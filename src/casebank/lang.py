"""The two languages of the course."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["zh", "en"]
Audience = Literal["trainee", "instructor"]
LANGS: tuple[Lang, Lang] = ("zh", "en")
AUDIENCES: tuple[Audience, Audience] = ("trainee", "instructor")
HTML_LANG: dict[str, str] = {"zh": "zh-CN", "en": "en"}


def other(lang: Lang) -> Lang:
    """The twin language."""
    return "en" if lang == "zh" else "zh"


class Bi(BaseModel):
    """A text in both languages; neither side may be missing or empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, lang: str) -> str:
        """Return the text in one language."""
        return self.get(lang)

    def get(self, lang: str) -> str:
        """Return the text in one language."""
        return self.zh if lang == "zh" else self.en
