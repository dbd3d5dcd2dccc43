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

# What nbgrader's own `autograde`, formgrader's button for it and `validate` run, runs in casebank's
# sandbox; what was graded before stays when that fails. `casebank grade` runs everything there
# anyway, judges a second time, and keeps what a submission did before it was ended.
c.ExecutePreprocessor.kernel_manager_class = "casebank.desk.kernels.CagedKernelManager"
c.Autograde.exporter_class = "casebank.desk.keep.KeepingExporter"

# `nbgrader export` writes every name as text: no spreadsheet program computes it.
c.ExportApp.plugin_class = "casebank.desk.export.PlainCsv"

# nbgrader's own feedback pages show what trainees made: text, tables and pictures, no scripts.
c.GenerateFeedback.exporter_class = "casebank.desk.exporter.FeedbackExporter"
