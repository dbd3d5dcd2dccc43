"""Courses with settings of their own, and one whose notebooks ask for other kernels."""

from __future__ import annotations

import json
import sys

from model import JUPYTER, Book, Course, code, locked, manual, note, solution, task, test, text

CONFIG = """import os
import sys

c = get_config()
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

c.CourseDirectory.course_id = "own"
c.CourseDirectory.submitted_directory = "handed-in"
c.CourseDirectory.autograded_directory = "marked"
c.CourseDirectory.source_directory = "masters"
c.CourseDirectory.release_directory = "handouts"
c.CourseDirectory.feedback_directory = "returned"
c.CourseDirectory.db_url = "sqlite:///" + os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "marks.db"
)
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.secret"]

c.ExecutePreprocessor.timeout = 3
c.ExecutePreprocessor.startup_timeout = 90
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "harmless"
c.LimitOutput.max_lines = 40
c.LimitOutput.max_traceback = 6
c.OverwriteCells.add_missing_cells = True
c.Autograde.permissions = 640
c.Autograde.exclude_overwriting = {"own-way": ["module.py"]}
c.ClearSolutions.code_stub = {"python": "pass  # yours"}

c.AssignLatePenalties.plugin_class = "late_rule.PerHour"
c.PerHour.an_hour = 0.5

c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "course_steps.DropScratch",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.Execute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "course_steps.Stamp",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""

LATE_RULE = '''from nbgrader.plugins import BasePlugin
from traitlets import Float


class PerHour(BasePlugin):
    """Takes points for each hour that has begun."""

    an_hour = Float(1.0).tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id.startswith("spared"):
            return None
        return self.an_hour * -(-total_seconds_late // 3600)
'''

STEPS = '''from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode


class DropScratch(NbGraderPreprocessor):
    """Removes the cells that trainees have tagged as scratch."""

    tag = Unicode("scratch").tag(config=True)

    def preprocess(self, nb, resources):
        nb.cells = [c for c in nb.cells if self.tag not in c.metadata.get("tags", [])]
        return nb, resources


class Stamp(NbGraderPreprocessor):
    """Writes who it was and how many points there are into the notebook."""

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            found = gradebook.find_submission_notebook(
                about["notebook"], about["assignment"], about["student"]
            )
            nb.metadata["stamp"] = {"student": about["student"], "score": found.score}
        return nb, resources
'''


def own_way() -> Course:
    """A course that has changed all that can be changed for autograding."""
    area = solution(
        "area",
        "def area(a, b):\n    ### BEGIN SOLUTION\n    return a * b\n    ### END SOLUTION\n",
        "def area(a, b):\n    return a + b\n",
        half=("def area(a, b):\n    return a * b if a > 1 else 1\n",),
        harmless="import sys\ndef area(a, b):\n    print('harmless', file=sys.stderr)\n"
        "    return a * b\n",
        slow="import time\ndef area(a, b):\n    time.sleep(6)\n    return a * b\n",
    )
    use = solution(
        "use",
        "import module\n\ndef use(x):\n    ### BEGIN SOLUTION\n    return module.double(x)\n"
        "    ### END SOLUTION\n",
        "import module\n\ndef use(x):\n    return x\n",
        half=("import module\n\ndef use(x):\n    return module.double(2)\n",),
    )
    first = Book(
        "part one",
        [
            note("# Part one"),
            test("start", 0.5, "1 + 1\nassert True\n"),
            area,
            test("area-1", 1, "assert area(1, 3) == 3\n"),
            test("area-2", 2, "assert area(4, 3) == 12\n"),
            locked("constants", "LIMIT = 7"),
            use,
            test("use-1", 2, "assert use(2) == 4\n"),
            test("use-2", 2, "assert use(LIMIT) == 14\n"),
            test("scale-in-file", 1, "import json\njson.load(open('settings.json'))['points']\n"),
            text("words", 3, "It doubles.", "", "No."),
            task("project", 5, "Do a small project."),
        ],
    )
    second = Book(
        "part-two",
        [
            manual("sketch", 2, "print('sketch')\n", "raise KeyError('x')\n"),
            test("only-test", 1, "import module\nassert module.double(4) == 8\n"),
        ],
    )
    return Course(
        slug="own-way",
        books=[first, second],
        files={
            "module.py": b"def double(x):\n    return 2 * x\n",
            "settings.json": b'{"points": 0.75}\n',
            "tool.sh": b"#!/bin/sh\necho tool\n",
            "answers.secret": b"not for trainees\n",
        },
        modes={"tool.sh": 0o755},
        top={
            "nbgrader_config.py": CONFIG,
            "late_rule.py": LATE_RULE,
            "course_steps.py": STEPS,
        },
        folders={"source": "masters", "submitted": "handed-in", "autograded": "marked"},
        timeout=3,
        duedate="2026-03-01 12:00:00 UTC",
    )


CALC = '''"""A kernel for sums: each line is an expression or a name = expression."""

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Calc(Kernel):
    implementation = language = "calc"
    implementation_version = language_version = banner = "1"
    language_info = {"name": "calc", "mimetype": "text/plain", "file_extension": ".calc"}
    values = {}

    async def do_execute(self, code, silent, store_history=True, user_expressions=None,
                         allow_stdin=False, **rest):
        done = {"execution_count": self.execution_count}
        result = None
        try:
            for line in code.splitlines():
                if not line.strip() or line.startswith("#"):
                    continue
                name, _, term = line.rpartition(":=")
                result = eval(term, {"__builtins__": {}}, self.values)
                if name:
                    self.values[name.strip()], result = result, None
        except Exception as error:
            content = {"ename": type(error).__name__, "evalue": str(error),
                       "traceback": [f"{type(error).__name__}: {error}"]}
            self.send_response(self.iopub_socket, "error", content)
            return {"status": "error", **done, **content}
        if result is not None:
            self.send_response(self.iopub_socket, "execute_result",
                               {"data": {"text/plain": repr(result)}, "metadata": {}, **done})
        return {"status": "ok", "payload": [], "user_expressions": {}, **done}


IPKernelApp.launch_instance(kernel_class=Calc)
'''

KERNELS_CONFIG = """c = get_config()
c.CourseDirectory.course_id = "kernels"
c.ExecutePreprocessor.timeout = 4
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError", "calc": "answer := 0"}
"""


def install_kernels() -> None:
    """Put two kernels of our own where JUPYTER_PATH finds them."""
    for name, argv, rest in (
        (
            "calc",
            [sys.executable, "{resource_dir}/calc.py", "-f", "{connection_file}"],
            {"display_name": "Calc", "language": "calc"},
        ),
        (
            "second-python",
            [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            {"display_name": "Second", "language": "python", "env": {"SECOND_KERNEL": "yes"}},
        ),
    ):
        folder = JUPYTER / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kernel.json").write_text(json.dumps({"argv": argv, **rest}))
        if name == "calc":
            (folder / "calc.py").write_text(CALC)


def kernels() -> Course:
    """Two notebooks for two kernels that are not the usual one."""
    sums = Book(
        "sums",
        [
            note("# Sums"),
            code("rate := 3"),
            solution(
                "answer",
                "### BEGIN SOLUTION\nanswer := rate * 14\n### END SOLUTION\n",
                "answer := 1\n",
                "answer := nothing\n",
                half=("answer := 21\n",),
            ),
            test("answer-partial", 2, "answer / 21\n"),
            test("answer-exact", 2, "1 / (answer - 41)\n"),
            code("1 / 0"),
            text("why", 1, "Since so.", "no"),
        ],
        kernel=("calc", "Calc", "calc"),
    )
    second = Book(
        "second",
        [
            code("import os, sys\nos.environ.get('SECOND_KERNEL')"),
            solution(
                "twice",
                "def twice(x):\n    ### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION\n",
                "def twice(x):\n    return x\n",
                half=("def twice(x):\n    return 2.0 * float(x)\n",),
            ),
            test("twice-number", 1, "assert twice(2) == 4\n"),
            test("twice-word", 1, "assert twice('ab') == 'abab'\n"),
            test("which", 1, "assert os.environ['SECOND_KERNEL'] == 'yes'\n"),
        ],
        kernel=("second-python", "Second", "python"),
    )
    return Course(
        slug="kernels",
        books=[sums, second],
        top={"nbgrader_config.py": KERNELS_CONFIG},
    )
