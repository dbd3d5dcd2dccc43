"""The commands of ``casebank``, by whom they serve; each import registers its group."""
