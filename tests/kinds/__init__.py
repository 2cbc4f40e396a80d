"""Kinds of jobs for tests: they leave lines in the data folder, wait, fail, overstay. Real workers can do them too."""
