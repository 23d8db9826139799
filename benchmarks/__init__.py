"""Speed, memory and detection, measured side by side: `python -m benchmarks --help`."""
