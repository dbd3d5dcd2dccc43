# Settings of this course, read by nbgrader and by casebank alike.
# All of nbgrader's options may stand here; see `nbgrader --help-all`.
c = get_config()  # noqa: F821

# The name under which nbgrader keeps the course in its gradebook.
c.CourseDirectory.course_id = "crm"

# A cell that takes longer than this many seconds is interrupted and counts as an error.
c.ExecutePreprocessor.timeout = 30

# The line that a trainee replaces; casebank tells an untouched task by it.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # 在这里写 / write here"}
c.ClearSolutions.text_stub = "在这里写你的答案。 / Write your answer here."
