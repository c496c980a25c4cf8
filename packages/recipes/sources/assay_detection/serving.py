"""The serving image's functions. A request is one image: as a list of numbers, or as it lies in its file."""

import json

import torch
from torchvision.io import ImageReadMode, decode_image

from assay_detection.channels import normalise

IMAGE_TYPES = ("application/x-image", "image/jpeg", "image/png")


def content_type_of(header, *known):
    content_type = header.split(";")[0].strip()
    if content_type not in known:
        raise ValueError(f"unsupported content type {content_type}, needed {', '.join(known)}")
    return content_type


def tensor_input(request_body, request_content_type):
    """A nested list of 1 x 3 x height x width floats, ImageNet-normalised."""
    content_type_of(request_content_type, "application/json")
    tensor = torch.tensor(json.loads(request_body), dtype=torch.float32)
    if tensor.dim() != 4 or tensor.shape[:2] != (1, 3):
        raise ValueError(f"the request has shape {list(tensor.shape)}, needed 1 x 3 x height x width")
    return tensor


def image_input(request_body, request_content_type):
    """A JPEG or PNG."""
    content_type_of(request_content_type, *IMAGE_TYPES)
    try:
        image = decode_image(torch.frombuffer(bytearray(request_body), dtype=torch.uint8), ImageReadMode.RGB)
    except RuntimeError as error:
        raise ValueError(f"the request body is no readable image: {error}") from error
    return normalise(image)[None]


@torch.no_grad()
def predict_fn(tensor, model):
    device = next(model.parameters()).device
    return model([image for image in tensor.to(device)])


def output_fn(predictions, accept):
    """One object with boxes as [xmin, ymin, xmax, ymax] in px of the sent image, labels from 1, and scores."""
    answer = [
        {key: prediction[key].cpu().tolist() for key in ("boxes", "labels", "scores")} for prediction in predictions
    ]
    return json.dumps(answer), "application/json"
