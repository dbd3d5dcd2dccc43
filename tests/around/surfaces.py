"""What may be tried around the sandbox."""

#: What a surface is called in the guide's table, by a module's ``SURFACE``.
SURFACES = {
    "formgrader": "formgrader, feedback and pages that show a trainee's work",
    "kernels": "whatever else starts a kernel",
    "terminal": "tables, progress, errors, logs, CSV",
    "inbox": "what is collected and graded: size, form, time",
    "folder": "the folder where a command is started",
    "workers": "workers, full pipes, Ctrl-C",
    "servers": "servers of ours, their names and pages",
    "labs": "labs in the browser",
    "channel": "what a submission leaves, for the machine or the next one",
    "modes": "others on the machine",
    "fault": "whose fault it is",
}
