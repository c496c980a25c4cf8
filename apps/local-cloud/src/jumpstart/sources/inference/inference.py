"""Serving script that the local JumpStart bucket names; its JavaScript twin, inference.mjs, runs in its place."""

raise SystemExit("the local JumpStart script runs as inference.mjs")
