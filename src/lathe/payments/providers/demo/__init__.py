"""The demo processor: a simulated card processor with a hosted page and signed notices. No money moves."""
