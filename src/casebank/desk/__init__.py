"""The instructor's desk: stock nbgrader's pages and kernels, made safe to open and to press.

What a trainee made is data. On a page of the Jupyter server it would be more: whatever runs there
has the instructor's rights. So formgrader's pages, nbgrader's feedback pages and the files below a
course go through here, in every server of this environment and in whatever folder it is started.

    clean            HTML of a trainee: an allow-list (nh3), pictures only from the file itself
    formulas         LaTeX as MathML: no script draws it, no other host is asked
    markdown         essays: Markdown, then the two above
    notebook         a notebook before it is shown: known fields, each of a known kind
    templates        nbgrader's templates, with every name in them escaped
    exporter         these four in the place of nbconvert's HTML exporter
    pages            formgrader's handlers with that exporter, and a policy for the browser
    files            files below a course, served so that nothing in them runs
    opened           a trainee's notebook that is only opened starts no kernel, no shell, no server
    contents         nor is it changed, nor does Jupyter act upon what stands in it
    lab              nor loads anything from elsewhere
    times            a timestamp.txt is looked at before nbgrader reads it
    inert            which files are a course's, and how they are sent
    settings         what of nbgrader's settings this environment brings
    cages, kernels   a kernel manager whose kernels run in the sandbox of casebank grade
    export           what nbgrader's export writes is a table of text
    said             what is printed of a hand-in, on the terminal
    gather           what nbgrader's collect takes from its exchange
    standing         no program of Jupyter starts among what was handed in
    keep, rows       what was graded is there again after nbgrader failed to grade it anew
    inforce          whether all this holds in this environment, for casebank doctor
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter asks an extension for."""
    return [{"module": "casebank.desk"}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Called by every Jupyter server of this environment when it starts."""
    from casebank.desk import contents, files, lab, opened, said

    opened.begin(app)
    said.serve(app)
    files.install(app)
    opened.install(app)
    contents.install(app)
    lab.install(app)
    formgrader = app.extension_manager.extensions.get("nbgrader.server_extensions.formgrader")
    if formgrader is not None and formgrader.enabled:
        from casebank.desk import pages

        pages.install(app)


load_jupyter_server_extension = _load_jupyter_server_extension
