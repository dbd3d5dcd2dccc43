"""Does anything that a trainee made run, load, move or cover on a page that an instructor opens?"""

from __future__ import annotations

import contextlib
import html
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import desk_rig as rig
import desk_ways as ways
import pytest
from playwright.sync_api import sync_playwright

from casebank.desk.formulas import mathml

SURFACE = "formgrader"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
STRANGE = "c.CourseDirectory.course_id = 'crm'\nc.HTMLExporter.sanitize_html = False"


@dataclass
class Desk:
    """Two courses, a server above both and one inside ours, and what pages did in a browser."""

    ours: Path
    strange: Path
    above: rig.Server
    inside: rig.Server
    browser: Any
    ids: dict[tuple[str, str], str]
    pages: dict[str, rig.Seen]

    def open_course(self, course: Path) -> None:
        """Have the server above both show a course."""
        asked = self.above.open(course)
        assert asked[0] == 200 and asked[1].endswith("manage_assignments"), asked


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Everything, once."""
    top = tmp_path_factory.mktemp("desk")
    ours, strange = top / "ours", top / "strange"
    ids: dict[tuple[str, str], str] = {}
    pages: dict[str, rig.Seen] = {}

    with contextlib.ExitStack() as stack:
        above = stack.enter_context(rig.server(top, top / "home-above"))
        rig.prepare(ours)
        hostile = rig.graded(ours, "hostile", ways.spoil(rig.source()), rig.FILES)
        honest = rig.graded(ours, "honest", rig.honest(rig.source()))
        rig.stranger(ours, strange, STRANGE)
        for name in ("ours", "strange"):
            ids |= {(name, "hostile"): hostile, (name, "honest"): honest}
        inside = stack.enter_context(rig.server(ours, top / "home-inside"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=rig.chromium(), args=ARGUMENTS)
        stack.callback(browser.close)
        one = Desk(ours, strange, above.ready(), inside.ready(), browser, ids, pages)
        _feedback(one)
        one.open_course(strange)
        for student in ("hostile", "honest"):
            for course, server in ((ours, inside), (strange, above)):
                address = f"{server.base}/formgrader/submissions/{ids[course.name, student]}/"
                pages[f"{course.name} {student}"] = rig.look(browser, address)
                page = course / "feedback" / student / rig.SLUG / f"{rig.BOOK}.html"
                pages[f"feedback {course.name} {student}"] = rig.look(browser, page.as_uri())
        yield one


def _feedback(desk: Desk) -> None:
    """nbgrader's own feedback: by our command for our course, by nbgrader's for a stranger's."""
    done = rig.nbgrader(desk.strange, "generate_feedback", rig.SLUG)
    assert done.returncode == 0, done.stderr
    from casebank.grading.course import Course
    from casebank.grading.feedback import stock

    made = stock.pages(Course(desk.ours), rig.SLUG, ["hostile", "honest"], lambda *about: None)
    assert len(made) == 2


HOSTILE = ("ours hostile", "strange hostile", "feedback ours hostile", "feedback strange hostile")


@pytest.mark.parametrize("way", [*ways.RUNS, *ways.CLICKED, "metadata", "name"])
def test_it_does_not_run(desk: Desk, way: str) -> None:
    """Does this way run something on any of the four pages that show a hand-in?"""
    for page in HOSTILE:
        assert way not in desk.pages[page].shown, page


@pytest.mark.parametrize("way", ways.CLICKED)
def test_it_leads_to_no_script(desk: Desk, way: str) -> None:
    """Does a link lead to anything but another site, a mail, or a file of the hand-in?"""
    for page in HOSTILE:
        for link in desk.pages[page].links:
            kind = link.strip().lower().partition(":")[0] if ":" in link else ""
            assert kind in ("", "http", "https", "mailto"), (page, link)
            assert not link.startswith(("/", "\\", "..")), (page, link)


@pytest.mark.parametrize("way", ways.LOADS)
def test_it_loads_nothing(desk: Desk, way: str) -> None:
    """Does opening the page ask another host?"""
    for page in HOSTILE:
        for address in desk.pages[page].asked:
            assert not address.startswith(ways.ELSEWHERE + way), (page, address)
            assert "elsewhere" not in address, (page, address)


@pytest.mark.parametrize("page", [*HOSTILE, "ours honest", "strange honest"])
def test_it_asks_only_its_own_server(desk: Desk, page: str) -> None:
    """Does a page ask any other host than its own server, for scripts, fonts or formulas?"""
    own = (desk.above.base, desk.inside.base, "data:", "file:")
    assert [one for one in desk.pages[page].asked if not one.startswith(own)] == []


@pytest.mark.parametrize("page", HOSTILE)
def test_it_covers_nothing(desk: Desk, page: str) -> None:
    """Can every field for points and comments, and every link of the page, be clicked?"""
    assert desk.pages[page].covered == []


@pytest.mark.parametrize("page", HOSTILE[:2])
def test_there_are_no_false_fields(desk: Desk, page: str) -> None:
    """Are there fields for points and comments but for the cells that the gradebook knows?"""
    assert sorted(desk.pages[page].fields) == [
        "double-comment", "essay", "essay-comment", "essay_extra_credit", "test", "test_extra_credit",
    ]  # fmt: skip


@pytest.mark.parametrize("page", [*HOSTILE, "ours honest", "strange honest"])
def test_nothing_is_asked_of_the_server(desk: Desk, page: str) -> None:
    """Does a page that is opened change anything on the server, start a kernel, or ask a person?"""
    assert desk.pages[page].posted == []
    assert desk.pages[page].dialogs == []
    assert desk.above.kernels() == desk.inside.kernels() == []


def test_a_script_that_got_through_would_not_run(desk: Desk) -> None:
    """Does the page's policy stop a script that the allow-list had let through?"""
    context = desk.browser.new_context()
    page = context.new_page()
    page.goto(f"{desk.inside.base}/formgrader/submissions/{desk.ids['ours', 'honest']}/")
    page.evaluate(
        """() => { const one = document.createElement("div"); document.body.append(one);
        one.innerHTML = "<img src=x onerror='window.SHOWN_policy=1'><iframe src='javascript:parent.SHOWN_policy=1'></iframe>";
        const script = document.createElement("script"); script.textContent = "window.SHOWN_policy=1";
        one.append(script);
        const other = document.createElement("script"); other.src = "mine.png"; one.append(other); }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.SHOWN_policy") is None
    context.close()


# -- the other pages -------------------------------------------------------------------------------

TABLES = {
    "assignments": "manage_assignments",
    "submissions": f"manage_submissions/{rig.SLUG}",
    "students": "manage_students",
    "student": "manage_students/hostile",
    "student_assignment": f"manage_students/hostile/{rig.SLUG}",
    "gradebook": "gradebook",
    "notebooks": f"gradebook/{rig.SLUG}",
    "notebook": f"gradebook/{rig.SLUG}/{rig.BOOK}",
}


@pytest.mark.parametrize("table", TABLES)
def test_names_are_text(desk: Desk, table: str) -> None:
    """Is a name that is HTML text in formgrader's tables, and do these work as before?"""
    seen = rig.look(desk.browser, f"{desk.inside.base}/formgrader/{TABLES[table]}")
    assert seen.shown == set()
    assert seen.errors == []
    assert "Loading" not in seen.text
    assert all(one.startswith((desk.inside.base, "data:")) for one in seen.asked)
    if table in ("submissions", "students"):
        assert rig.NAME in seen.text


@pytest.mark.parametrize(
    "address",
    [
        "manage_students/%22;window.SHOWN_x=1;x=%22",
        "manage_students/%3C%2Fscript%3E%3Cscript%3Ewindow.SHOWN_x=1%3C%2Fscript%3E",
        "manage_students/%5C/;window.SHOWN_x=1;%2F%2F",
        "manage_submissions/%22;window.SHOWN_x=1;%22",
        "gradebook/%22;window.SHOWN_x=1;%22",
        "gradebook/%3Cimg%20src=x%20onerror=window.SHOWN_x=1%3E/x",
    ],
)
def test_an_address_is_text(desk: Desk, address: str) -> None:
    """Does a link to one of formgrader's pages bring a script with it?"""
    assert rig.look(desk.browser, f"{desk.inside.base}/formgrader/{address}").shown == set()


@pytest.mark.parametrize("answer", ["students", f"submissions/{rig.SLUG}", "student/hostile"])
def test_an_answer_is_no_page(desk: Desk, answer: str) -> None:
    """Do formgrader's data run when a browser opens them by themselves?"""
    status, headers, body = desk.inside.get(f"/formgrader/api/{answer}")
    assert status == 200 and rig.NAME in json.dumps(json.loads(body)).encode().decode(
        "unicode_escape"
    )
    assert headers["content-type"].startswith("text/plain")
    seen = rig.look(desk.browser, f"{desk.inside.base}/formgrader/api/{answer}")
    assert seen.shown == set()


def test_a_missing_file_has_its_page(desk: Desk) -> None:
    """Is there a page when a graded notebook is gone, with the name as text?"""
    book = desk.ours / "autograded" / "hostile" / rig.SLUG / f"{rig.BOOK}.ipynb"
    away = book.rename(book.with_suffix(".away"))
    try:
        address = f"/formgrader/submissions/{desk.ids['ours', 'hostile']}/"
        seen = rig.look(desk.browser, desk.inside.base + address)
    finally:
        away.rename(book)
    assert "not found" in seen.text and seen.shown == set()


def test_our_own_feedback_shows_text(desk: Desk) -> None:
    """Does the page of ``casebank feedback`` run anything, whatever stands in it?"""
    from casebank.grading.feedback import page
    from casebank.grading.standing import CellGrade, Standing

    one = Standing(rig.NAME, rig.NAME, status="graded", lang="en", points=1.0, max_points=2.0)
    one.grid = {(rig.NAME, rig.NAME): CellGrade(0.5, 1.0, False, False)}
    path = desk.ours / "own.html"
    path.write_text(page(one, None), "utf-8")
    seen = rig.look(desk.browser, path.as_uri())
    assert seen.shown == set() and seen.asked == [path.as_uri()] and rig.NAME in seen.text


@pytest.mark.parametrize("course", ["ours", "strange"])
def test_feedback_by_the_button(desk: Desk, course: str) -> None:
    """Does the page that formgrader's button for feedback makes run or ask for anything?"""
    root = desk.above.root / course
    desk.open_course(root)
    page = root / "feedback" / "hostile" / rig.SLUG / f"{rig.BOOK}.html"
    page.unlink()
    said = desk.above.post(f"/formgrader/api/assignment/{rig.SLUG}/generate_feedback")
    assert said["success"], said
    seen = rig.look(desk.browser, page.as_uri())
    assert seen.shown == set() and seen.asked[0] == page.as_uri()
    assert all(one.startswith(("data:", "file:")) for one in seen.asked)


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", rig.FILES)
def test_a_file_is_kept_or_looked_at(desk: Desk, name: str) -> None:
    """Does a file of a hand-in run when formgrader or Jupyter serves it?"""
    number = desk.ids["ours", "hostile"]
    status, headers, _ = desk.inside.get(f"/formgrader/submissions/{number}/{name}")
    assert status == 200
    assert "sandbox; default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert name == "evil.txt" or headers["content-disposition"].startswith("attachment")
    for step in ("submitted", "autograded"):
        path = f"/files/{step}/hostile/{rig.SLUG}/{name}"
        status, headers, _ = desk.inside.get(path)
        assert status == 200 and "allow-scripts" not in headers["content-security-policy"]
        above = desk.above.get(f"/files/strange/{step}/hostile/{rig.SLUG}/{name}")[1]
        assert headers["content-security-policy"] == above["content-security-policy"]


@pytest.mark.parametrize(
    "address",
    [
        "/files/submitted/hostile/ps1/evil.html",
        "/files/submitted/hostile/ps1/evil.svg",
        "/files/autograded/hostile/ps1/evil.xhtml",
        "/files/autograded/hostile/../hostile/ps1/evil.html",
        "/files//autograded/hostile/ps1/evil.html",
        "/view/autograded/hostile/ps1/evil.html",
        "/nbconvert/html/autograded/hostile/ps1/work.ipynb",
    ],
)
def test_jupyter_serves_no_script_of_a_course(desk: Desk, address: str) -> None:
    """Does Jupyter's own address of a file run it, or load from elsewhere for it?"""
    seen = rig.look(desk.browser, desk.inside.base + address)
    assert seen.shown == set()
    assert not any("elsewhere" in one for one in seen.asked)


def test_other_files_are_served_as_before(desk: Desk) -> None:
    """Is a page outside of any course what Jupyter makes of it?"""
    (desk.above.root / "mine.html").write_text("<script>1</script>", "utf-8")
    headers = desk.above.get("/files/mine.html")[1]
    assert headers["content-security-policy"].endswith("; sandbox allow-scripts")


@pytest.mark.parametrize(
    "where", ["submitted/hostile/ps1", "autograded/hostile/ps1", "feedback/hostile/ps1",
              "source/../submitted/hostile/ps1", "linked"]
)  # fmt: skip
def test_settings_that_were_handed_in_are_not_read(desk: Desk, where: str) -> None:
    """Does a link that names the folder of a hand-in as the course run the settings in it?"""
    link = desk.strange / "linked"
    if where == "linked" and not link.is_symlink():
        link.symlink_to(desk.strange / "submitted" / "hostile" / rig.SLUG)
    path = urllib.parse.quote(str(desk.strange / where))
    status, _, body = desk.above.get(f"/formgrader?path={path}")
    assert status == 400 and b"handed in" in body
    assert not list(desk.strange.rglob("RAN"))


@pytest.mark.parametrize("link", ["to the course", "to nothing"])
def test_a_way_back_from_a_link_reads_no_settings(desk: Desk, tmp_path: Path, link: str) -> None:
    """Is the folder that is asked about the very one whose settings would be read?"""
    config = tmp_path / "nbgrader_config.py"
    config.write_text(f"open({str(tmp_path / 'RAN')!r}, 'w').close()\n", "utf-8")
    goal = desk.strange / "source" if link == "to the course" else "/nowhere/at/all"
    (tmp_path / "link").symlink_to(goal)
    path = urllib.parse.quote(f"{tmp_path}/link/..")
    status, _, body = desk.above.get(f"/formgrader?path={path}")
    # A link's way back leads beside what it points to, and not to where the link lies.
    assert status == 302 or b"<form" in body or b"handed in" in body
    assert not (tmp_path / "RAN").exists()
    (tmp_path / "away").symlink_to(desk.above.root)
    status, _, _ = desk.above.get(f"/formgrader?path={urllib.parse.quote(f'{tmp_path}/away')}")
    assert status == 302
    (tmp_path / "away").unlink()
    (tmp_path / "away").symlink_to(tmp_path)
    desk.above.get("/formgrader/manage_assignments")
    assert not (tmp_path / "RAN").exists()
    desk.above.get("/formgrader")


@pytest.mark.parametrize("site", ["same-origin", "cross-site", "none"])
def test_a_link_reads_no_settings(desk: Desk, tmp_path: Path, site: str) -> None:
    """Does an address alone, wherever it was followed or loaded from, run no folder's settings?"""
    config = tmp_path / "nbgrader_config.py"
    config.write_text(f"open({str(tmp_path / 'RAN')!r}, 'w').close()\n", "utf-8")
    path = urllib.parse.quote(str(tmp_path))
    status, _, body = desk.above.get(f"/formgrader?path={path}")
    assert status == 200 and b"nbgrader_config.py" in body and b"<form" in body
    request = urllib.request.Request(
        f"{desk.above.base}/formgrader?path={path}", headers={"Sec-Fetch-Site": site}, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=20)
    assert not (tmp_path / "RAN").exists()


@pytest.mark.parametrize("student", ["hostile", "honest"])
def test_a_graded_notebook_is_not_trusted(desk: Desk, student: str) -> None:
    """Does JupyterLab show a trainee's outputs without trusting them?"""
    for server, course in ((desk.inside, ""), (desk.above, "strange/")):
        path = f"/api/contents/{course}autograded/{student}/{rig.SLUG}/{rig.BOOK}.ipynb?content=1"
        cells = json.loads(server.get(path)[2])["content"]["cells"]
        trusted = [one for one in cells if one["metadata"].get("trusted")]
        assert not [one for one in trusted if one.get("outputs")]


# -- what honest people hand in --------------------------------------------------------------------

HONEST = ("ours honest", "strange honest", "feedback ours honest", "feedback strange honest")
PARTS = {
    "table": '<table border="1" class="dataframe">',
    "head": "<th></th>",
    "number": "<td>1.5</td>",
    "styler": 'style="background-color: #ffe08a"',
    "picture": f'src="data:image/png;base64,{ways.PIXEL}"',
    "width": 'width="33"',
    "svg": 'src="data:image/svg+xml;base64,',
    "formula": "<msup><mi>x</mi><mn>2</mn></msup>",
    "formula on a line": '<math display="block">',
    "formula of an output": "<mfrac>",
    "markdown of an output": "<strong>as Markdown</strong>",
    "traceback": '<span class="ansi-red-fg">ValueError</span>',
    "printed": "printed &lt;b&gt;",
    "link": '<a href="https://example.org/a?b=1" rel="noopener noreferrer">the source</a>',
    "link within": '<a href="#theirs-My-answer" rel="noopener noreferrer">above</a>',
    "goal within": 'id="theirs-My-answer"',
    "own file": 'src="mine.png"',
    "bold": "<b>bold</b>",
    "code": '<span class="n">x</span>',
    "aligned": '<td style="text-align: right">2</td>',
}


@pytest.mark.parametrize("part", PARTS)
def test_honest_work_stays(desk: Desk, part: str) -> None:
    """Is this part of honest work on each page, as it was handed in?"""
    for page in HONEST:
        assert _order(PARTS[part]) in _order(desk.pages[page].html), page


def _order(html: str) -> str:
    """Attributes in one order, whoever wrote them."""

    def sort(tag: re.Match[str]) -> str:
        words = sorted(re.findall(r'[\w-]+="[^"]*"', tag[2].replace('tabindex="-1"', "")))
        return f"<{tag[1]} {' '.join(words)}>"

    return re.sub(r"<(\w+) ([^>]*)>", sort, html)


def test_points_comment_next_and_previous(desk: Desk) -> None:
    """Can an instructor give points and a comment, by keyboard too, and go on to the next?"""
    context = desk.browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{desk.inside.base}/formgrader/submissions/{desk.ids['ours', 'hostile']}/")
    page.wait_for_load_state("networkidle")
    page.fill("#essay", "2.5")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
        page.press("#essay", "Tab")
    page.fill("#essay-comment", "Well argued, $x^2$")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.ok):
        page.press("#essay-comment", "Escape")
    page.click("span.name-hidden")
    assert rig.NAME in page.inner_text("a.name-shown")
    with page.expect_response(lambda answer: answer.url.endswith("/flag")):
        page.keyboard.press("Control+Shift+F")
    page.wait_for_selector("text=Submission flagged")
    # formgrader goes through them in the order of their numbers.
    first, second = sorted(number for (course, _), number in desk.ids.items() if course == "ours")
    page.goto(f"{desk.inside.base}/formgrader/submissions/{first}/")
    for button, number in (("Next", second), ("Prev", first)):
        page.wait_for_load_state("networkidle")
        page.click(f"nav a:has-text('{button}')")
        page.wait_for_url(f"**/{number}/**")
    assert [one for one in errors if "404" not in one] == []
    context.close()
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{desk.ours}/gradebook.db", "crm") as gradebook:
        where = ("essay", rig.BOOK, rig.SLUG, "hostile")
        assert gradebook.find_grade(*where).manual_score == 2.5
        assert gradebook.find_comment(*where).manual_comment == "Well argued, $x^2$"


def test_own_pictures_are_seen(desk: Desk) -> None:
    """Does formgrader still show a picture that was handed in beside the notebook?"""
    status, headers, body = desk.inside.get(
        f"/formgrader/submissions/{desk.ids['ours', 'honest']}/mine.png"
    )
    assert status == 200 and headers["content-type"] == "image/png" and body[:4] == b"\x89PNG"


# -- formulas --------------------------------------------------------------------------------------

ROWS = r"a&=b\\[2pt]c&=d"
LINES = r"a=b\\*c=d"
#: Environments of amsmath, and how many cells their two rows have.
AMSMATH = {
    "aligned": (r"\begin{aligned}@\end{aligned}", 4),
    "aligned at the top": (r"\begin{aligned}[t]@\end{aligned}", 4),
    "aligned in braces": (r"f=\left\{\begin{aligned}@\end{aligned}\right.", 4),
    "aligned in an equation": (r"\begin{equation}\begin{aligned}@\end{aligned}\end{equation}", 4),
    "alignedat": (r"\begin{alignedat}{1}@\end{alignedat}", 4),
    "alignat": (r"\begin{alignat}{1}@\end{alignat}", 4),
    "alignat*": (r"\begin{alignat*}{1}@\end{alignat*}", 4),
    "align": (r"\begin{align}@\end{align}", 6),
    "align*": (r"\begin{align*}@\label{one}\end{align*}", 4),
    "flalign": (r"\begin{flalign}@\end{flalign}", 4),
    "split": (r"\begin{split}@\end{split}", 4),
    "eqnarray": (r"\begin{eqnarray}@\end{eqnarray}", 4),
    "cases": (r"\begin{cases}@\end{cases}", 4),
    "dcases": (r"\begin{dcases}@\end{dcases}", 4),
    "rcases": (r"\begin{rcases}@\end{rcases}", 4),
    "pmatrix": (r"\begin{pmatrix}@\end{pmatrix}", 4),
    "psmallmatrix": (r"\begin{psmallmatrix}@\end{psmallmatrix}", 4),
    "gather": (r"\begin{gather}#\end{gather}", 2),
    "gathered": (r"\begin{gathered}#\end{gathered}", 2),
    "multline": (r"\begin{multline}#\end{multline}", 2),
}


@pytest.mark.parametrize("name", AMSMATH)
def test_rows_of_a_formula_are_rows(name: str) -> None:
    """Is each environment of amsmath shown as the rows and columns that it says?"""
    latex, cells = AMSMATH[name]
    made = mathml(latex.replace("@", ROWS).replace("#", LINES), "block")
    assert made.startswith("<math")
    assert (made.count("<mtr"), made.count("<mtd")) == (2, cells)
    assert not re.search(r">(&|pt|\*|one)<", made)


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{cases*}1&if $x$\\0\end{cases*}",
        r"\begin{numcases}{f}a&b\\c&d\end{numcases}",
        r"\begin{tabular}{ll}a&b\\c&d\end{tabular}",
        r"\begin{array}{ll}\multicolumn{2}{c}{x}\\a&b\end{array}",
        r"\begin{align}a&=b\\\intertext{and}c&=d\end{align}",
        r"a & b",
    ],
)
def test_a_formula_that_is_not_understood_is_its_source(latex: str) -> None:
    """Is what has no rows here shown as it was written, and not as other mathematics?"""
    assert mathml(latex, "block") == f"<code>{html.escape(latex)}</code>"
