"""The instructor's desk: a course folder, its releases, grades, feedback and exports.

    course.new        a folder outside the clone, made from ``grading/``
    release.release   source -> nbgrader generate_assignment -> release, handouts, kept version
    grade.grade       submitted -> sandbox -> gradebook, for any nbgrader course
    feedback.feedback gradebook -> one page per submission, in the trainee's language
    export.export     gradebook -> CSV

How a class is graded::

    casebank grade A                                                    (grade, one writer)
      | pack     the assignment, read once: source cells, files, settings
      | proof    our own solution gets everything, the template nothing; calibrates `second`
      | Task     one submission, as bytes
      v
    pool (this machine) or wide (a Dask cluster) ------- n workers      (worker, steady)
      |
      |   intake, repair   what was handed in, read as data that nobody may trust
      |   chain            nbgrader's own preprocessors with a gradebook in memory
      |   execute          nbgrader's Execute on a kernel of ours
      |   exact            the slow way, for courses with preprocessors of their own
      |   second           each test once more, on plain data
      |   decide           outcomes, disputes, reasons
      |
      |     ====================== bubblewrap (sandbox) ======================
      |     zygote    warm process: numpy, pandas, ipykernel ... imported once
      |       |- cage  nested user, pid, mount, ipc namespaces; no rights
      |       |    warden (pid 1)   watches time, memory, files
      |       |    K (pid 2)        the submission's kernel
      |       |    F                a fork of K, made before a group of tests
      |       '- J                  clean process: runs the tests, asks F for values
      |     ==================================================================
      | Decision
      v
    ledger    one transaction per submission: nbgrader's rows and ours; renew, stale
      v
    report, standing, feedback, export

What runs inside the sandbox is the package ``inside``; it imports nothing else of ours but
``casebank.check``. Data flows one way, and only :mod:`~casebank.grading.ledger` writes.
"""
