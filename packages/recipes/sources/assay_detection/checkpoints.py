"""The newest state of a training, from which an interrupted job goes on as if nothing had been."""

import os
import random
from pathlib import Path

import numpy
import torch

# SageMaker makes this folder where the job asks for checkpoints, copies it to S3 while the job runs, and brings it back when an
# interrupted job starts again.
FOLDER = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")) / "checkpoints"
FILE = "newest.pth"


def save_checkpoint(progress, parts, generator):
    """Replaces the newest checkpoint at once: whoever reads meets the old one or the new one, never a part."""
    if not FOLDER.is_dir():
        return
    state = {
        "progress": progress,
        **{name: part.state_dict() for name, part in parts.items()},
        "random": random.getstate(),
        "numpy": numpy.random.get_state(),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "generator": generator.get_state(),
    }
    torch.save(state, FOLDER / f"{FILE}.new")
    os.replace(FOLDER / f"{FILE}.new", FOLDER / FILE)


def load_checkpoint(parts, generator, device):
    """Brings parts and random numbers to where an interrupted life of the job was. Answers its progress, or None."""
    path = FOLDER / FILE
    if not path.is_file():
        return None
    # Our own file, and random states are no tensors.
    state = torch.load(path, map_location="cpu", weights_only=False)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    random.setstate(state["random"])
    numpy.random.set_state(state["numpy"])
    torch.set_rng_state(state["torch"])
    if device.type == "cuda" and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])
    generator.set_state(state["generator"])
    return state["progress"]
