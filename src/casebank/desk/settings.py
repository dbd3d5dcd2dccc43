"""The settings of nbgrader that this environment brings, as ``etc/jupyter`` has them."""

from __future__ import annotations

EXPORTER = "casebank.desk.exporter.FeedbackExporter"
MANAGER = "casebank.desk.kernels.CagedKernelManager"
KEEPER = "casebank.desk.keep.KeepingExporter"

#: A page of feedback that shows what a trainee made is made by ours, whatever settings say.
FORCED = {"GenerateFeedback": {"exporter_class": EXPORTER}}
#: These hold where a course's own settings do not name another.
WANTED = {
    "ExecutePreprocessor": {"kernel_manager_class": MANAGER},
    "Autograde": {"exporter_class": KEEPER},
}
