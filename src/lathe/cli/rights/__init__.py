"""The parts of `lathe rights`: deals and rates, cases, and the answers to why something was sold."""
