"""Jobs: the port to the job engine for work nobody waits for.

Owns: the kinds of jobs, what became of them, the rounds that go by the clock, and the engines (`engines/`: one file
each). Offers: `registry.register`, `actions.enqueue`, `runner.work_until`. Never does: hold the truth; the domain's own
tables do, and `reconcile` compares them with the queue.
"""
