"""A small spec that the tests of the self-check share."""

from __future__ import annotations

from casebank.check.outcomes import Spec

MESSAGES = {
    "wrong": {"zh": "结果不对。", "en": "This is not right."},
    "who": {"zh": "你选了 {who}。", "en": "You chose {who}."},
}


def make_spec(**more: object) -> Spec:
    """A small spec for judging."""

    def task(name: str, needs: list[str], **extra: object) -> dict[str, object]:
        return {
            "name": name,
            "title": {"zh": f"题 {name}", "en": f"Task {name}"},
            "needs": needs,
            "defines": [name],
            "section": {"id": "rfm", "zh": "三个数", "en": "Three numbers"},
            "points": 2,
            "cells": {
                "solution": f"{name}-solution",
                "tests": {f"{name}-test": 1, f"{name}-test-2": 1},
            },
            "stub_sha256": "",
            **extra,
        }

    raw: dict[str, object] = {
        "exercise": "demo",
        "version": "1.0.0",
        "title": {"zh": "示例", "en": "Demo"},
        "tasks": [task("one", []), task("two", ["one"])],
        "messages": MESSAGES,
        "hints": {},
        "tests": {},
        "chapter": {"id": "c", "zh": "客户细分", "en": "Segmentation"},
        **more,
    }
    return Spec.from_dict(raw)
