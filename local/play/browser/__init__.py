"""The web app in a real browser: Chromium, a scripted server and its messages, for tests and benchmarks."""
