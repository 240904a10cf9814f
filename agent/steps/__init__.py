"""The steps of the line, one file each, named as the step is in the log and in the journal."""
