"""What the tests stand on: surroundings, databases, programs, isolation, samples and the skip report."""
