"""The instructor's desk: a course folder, its releases, grades, feedback and exports.

    course.new        a folder outside the clone, made from ``grading/``
    release.release   source -> nbgrader generate_assignment -> release, handouts, kept version
    grade.grade       submitted -> intake -> sandboxed autograding -> gradebook
    feedback.feedback gradebook -> one page per submission, in the trainee's language
    export.export     gradebook -> CSV

How one submission is graded::

    submitted/S/A/A.ipynb
      | intake    read as untrusted bytes: size, JSON, format, exercise, version -> or rejected
      | repair    test cells that were changed or deleted come back from the kept version
      v
    scratch course with a gradebook of its own (a copy of the version's)
      | nbgrader Autograde, stock; only its kernel runs inside bubblewrap (sandbox, execute)
      v
    rows of the scratch gradebook, executed notebook
      | check.outcomes.judge -> passed, failed, not judged ...
      v
    ledger    one transaction into the course's gradebook: nbgrader's rows and ours

The scratch gradebook makes three things simple: a submission is written whole or not at all, an
older version is judged by its own tests, and a later engine can grade elsewhere and send rows.
"""
