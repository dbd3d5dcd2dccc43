"""The settings of nbgrader that this environment brings, as ``etc/jupyter`` has them."""

from __future__ import annotations

from typing import Any

EXPORTER = "casebank.desk.exporter.FeedbackExporter"
MANAGER = "casebank.desk.kernels.CagedKernelManager"
KEEPER = "casebank.desk.keep.KeepingExporter"
TABLE = "casebank.desk.export.PlainCsv"
SAYER = "casebank.desk.said.Formatter"

#: A page of feedback that shows what a trainee made is made by ours, whatever settings say.
FORCED = {"GenerateFeedback": {"exporter_class": EXPORTER}}
#: These hold where a course's own settings do not name another.
WANTED = {
    "ExecutePreprocessor": {"kernel_manager_class": MANAGER},
    "Autograde": {"exporter_class": KEEPER},
    "ExportApp": {"plugin_class": TABLE},
}
#: What nbgrader's commands print; a course has no word in this.
PRINTED = {"NbGrader": {"logging_config": {"formatters": {"console": {"class": SAYER}}}}}

#: Options with which ``nbgrader autograde`` is nbgrader's alone, to compare with.
STOCK = (
    "--ExecutePreprocessor.kernel_manager_class=jupyter_client.manager.AsyncKernelManager",
    "--Autograde.exporter_class=nbconvert.exporters.NotebookExporter",
)


def without(config: Any) -> None:
    """Take ours out of a course's settings, for a scratch course where nothing can be lost."""
    section = dict(config.get("Autograde", {}))
    if section.pop("exporter_class", None) == KEEPER:
        config.Autograde = type(config)(section)
