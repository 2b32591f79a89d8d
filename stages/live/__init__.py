"""Live stages: real and scripted ones that hear, think and speak in real time, each behind a small protocol."""
