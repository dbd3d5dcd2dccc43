"""``python -m casebank.check NOTEBOOK``."""

import sys

from casebank.check.cli import main

sys.exit(main())
