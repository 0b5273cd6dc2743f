"""Many visitors at once, without a browser.

``python -m tests.load`` measures and writes ``benchmarks/results/load.json``; what must hold
whatever the machine is tested in `test_load`.
"""
