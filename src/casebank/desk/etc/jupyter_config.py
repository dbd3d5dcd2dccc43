# The first settings that any Jupyter program of this environment reads: before those of the folder
# where it was started, which would run. In a folder that was handed in it ends here.
from casebank.desk.standing import begin

begin()
