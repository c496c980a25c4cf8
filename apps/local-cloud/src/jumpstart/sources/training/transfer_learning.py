"""Entry point that the local JumpStart bucket names, as the real one does.

On this machine its JavaScript twin, transfer_learning.mjs, runs in its place: neither Python nor MXNet is needed.
The real bucket's script of this name fine-tunes a GluonCV SSD.
"""

raise SystemExit("the local JumpStart script runs as transfer_learning.mjs")
