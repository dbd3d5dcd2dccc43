"""What a kernel that belongs to a trainee says: does grading go on, whatever a message holds?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import plain_course as plain
import pytest

from casebank.grading import messages

SURFACE = "inbox"

#: Behind a right answer: a way to say anything in the name of the cell's request.
SAY = """
from IPython import get_ipython
k = get_ipython().kernel
def S(kind, content, **more):
    k.session.send(k.iopub_socket, kind, content, parent=k.get_parent(), **more)
def instead(content):
    kind = type(k.session)
    real = kind.send
    def send(self, stream, what, said=None, *words, **more):
        said = content if what == "execute_reply" else said
        return real(self, stream, what, said, *words, **more)
    kind.send = send
def frames(number, change):
    import json
    kind = type(k.session)
    real = kind.serialize
    def serialize(self, message, ident=None):
        parts = real(self, message, ident)
        at = parts.index(b"<IDS|MSG>") + number
        parts[at] = json.dumps(change(json.loads(parts[at]))).encode()
        return parts
    kind.serialize = serialize
REAL = type(k.session).serialize
def widget(name):
    state = {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel"}
    state |= {"msg_id": "", "outputs": []}
    S("comm_open", {"comm_id": name, "target_name": "jupyter.widget", "data": {"state": state}})
def update(name, text):
    S("comm_msg", {"comm_id": name, "data": {"method": "update", "state": {"msg_id": text}}})
"""
PAIRS = [("a", "q"), ("b", "q"), ("a", ""), ("b", "")]
FORGED = {
    "reply-empty": 'instead({"x": 1})',
    "reply-number": "instead(5)",
    "reply-error": 'instead({"status": "error", "ename": [1], "evalue": {}, "traceback": 5})',
    "reply-status": 'instead({"status": [1], "execution_count": "x"})',
    "parent": 'frames(2, lambda part: [1])\nS("stream", {"name": "stdout", "text": "x"})\ntype(k.session).serialize = REAL',
    "hook-twice": 'widget("a")\nupdate("a", "z")\nupdate("a", "")\nupdate("a", "")',
    "hook-swapped": f'widget("a")\nwidget("b")\nfor one in {PAIRS}: update(*one)',
    "widget-ids": 'for one in ("a", None, 5): widget(one)',
    "widget-state": 'S("comm_open", {"comm_id": "a", "data": {"state": [["a", 1]]}})',
    "count": 'S("execute_input", {"execution_count": "x"})',
    "count-large": 'S("execute_input", {"execution_count": 10**500})',
    "result": 'S("execute_result", {"data": {"text/plain": [1]}, "execution_count": "z"})',
    "transient": 'S("display_data", {"data": {}, "metadata": {}, "transient": [1]})',
    "status": 'S("status", {"execution_state": {}})\nS("status", {})',
}  # fmt: skip
#: In a course whose converter is nbgrader's own.
OWN = ("hook-swapped", "result")
LIMITS = "c.Execute.timeout = 2\nc.Execute.iopub_timeout = 1\nc.Execute.startup_timeout = 60\n"


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """One run over all of them, in a course of nbgrader's own."""
    root = plain.make(tmp_path_factory.mktemp("said") / "course", LIMITS)
    for name, code in FORGED.items():
        plain.submit(root, name, f"{plain.RIGHT}\n{SAY}\n{code}")
    plain.submit(root, "honest")
    yield plain.graded(root)
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """The same for some of them, in a course with a preprocessor of its own."""
    root = plain.make_own(tmp_path_factory.mktemp("own") / "course", LIMITS)
    for name in OWN:
        plain.submit(root, name, f"{plain.RIGHT}\n{SAY}\n{FORGED[name]}")
    yield plain.graded(root)
    shutil.rmtree(root)


@pytest.mark.sandbox
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message(strangers: dict[str, dict[str, Any]], name: str) -> None:
    """Is a kernel that forges messages graded or held for what it did, and no fault of ours?"""
    line = strangers[name]
    assert line["reason_id"] != "engine-fault", strangers[""]["said"]
    assert strangers["honest"]["status"] == "graded"
    assert strangers[""]["code"] != 3
    assert line["status"] == "graded"


@pytest.mark.sandbox
@pytest.mark.parametrize("name", OWN)
def test_a_forged_message_to_an_own_course(own: dict[str, dict[str, Any]], name: str) -> None:
    """Does nbgrader's own converter meet no message that it breaks off at?"""
    assert (own[name]["status"], own[name]["reason_id"]) == ("graded", ""), own[""]["said"]


def _message(**parts: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"header": {"msg_id": "a"}, "parent_header": {}, "metadata": {}}
    return usual | {"msg_type": "stream", "content": {"name": "stdout", "text": "x"}} | parts


STRANGE: list[Any] = [None, 5, "x", [1], {"x": 1}, {}, 10**500, True]


def test_only_forms_of_the_protocol() -> None:
    """Does nothing pass whose parts are not of the protocol's types?"""
    assert messages.formed(_message()) is not None
    for strange in STRANGE:
        assert messages.formed(_message(msg_type=strange)) is None or isinstance(strange, str)
        for part in ("header", "parent_header", "metadata", "content"):
            found = messages.formed(_message(**{part: strange}))
            assert found is None or isinstance(strange, dict)


def test_a_reply_has_its_fields() -> None:
    """Has each reply of a cell a status, and an error its texts?"""
    for status in STRANGE:
        for part in STRANGE:
            content = {"status": status, "ename": part, "traceback": part, "execution_count": part}
            found = messages.formed(_message(msg_type="execute_reply", content=content))
            assert found is not None
            said = found["content"]
            assert said["status"] == "error" and messages.count(said["execution_count"])
            assert (said["ename"], said["evalue"], said["traceback"]) == ("", "", [])
