"""The model folder: weights with what they are weights of, the code that serves them, and what really was trained."""

import json
import os
import shutil
import sys
from pathlib import Path

import torch

MODEL_FILE = "model.pth"


def save_model(model, labels, architecture, facts):
    folder = Path(os.environ["SM_MODEL_DIR"])
    torch.save({"state": model.state_dict(), "architecture": architecture, "labels": labels}, folder / MODEL_FILE)
    # The serving image looks for the source in the model archive.
    source = Path(sys.modules["__main__"].__file__).parent
    shutil.copytree(
        source, folder / "code", ignore=shutil.ignore_patterns("__pycache__", "*.tar.gz"), dirs_exist_ok=True
    )
    actual = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "program": "pytorch-script",
        **facts,
    }
    (folder / "assay-model.json").write_text(json.dumps(actual, indent=2))
    print(f"assay_actual={json.dumps(actual)}", flush=True)


def load_model(folder, build):
    """The model that `build(num_classes, architecture)` made for its training, trained, ready to answer."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    stored = torch.load(Path(folder) / MODEL_FILE, map_location=device, weights_only=True)
    model = build(len(stored["labels"]) + 1, stored["architecture"])
    model.load_state_dict(stored["state"])
    return model.to(device).eval()
