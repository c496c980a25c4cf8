"""Channels as class folders with images/ and annotations/*.xml (Pascal VOC), and their images as tensors."""

import random
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import torch
from torch.utils.data import Dataset
from torchvision.io import ImageReadMode, read_image

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]


class ClientError(Exception):
    """What the customer got wrong: data or hyperparameters."""


def read_channel(root):
    """[(image path, [(class name, [xmin, ymin, xmax, ymax])])] in order of path. The class is object/name, never the folder."""
    found = []
    for annotation in sorted(Path(root).glob("*/annotations/*.xml")):
        images = sorted((annotation.parent.parent / "images").glob(annotation.stem + ".*"))
        if not images:
            raise ClientError(f"{annotation} has no image beside it")
        found.append((images[0], read_annotation(annotation)))
    if not found:
        raise ClientError(f"{root} holds no <class>/annotations/*.xml")
    return found


def read_annotation(path):
    try:
        objects = ElementTree.parse(path).findall("object")
    except ElementTree.ParseError as error:
        raise ClientError(f"{path} is no XML: {error}") from error
    return [(text_of(path, element, "name"), read_box(path, element)) for element in objects]


def read_box(path, element):
    corners = []
    for name in ("xmin", "ymin", "xmax", "ymax"):
        text = text_of(path, element, f"bndbox/{name}")
        try:
            corners.append(float(text))
        except ValueError as error:
            raise ClientError(f"{path} has {text!r} in bndbox/{name}, a number needed") from error
    if corners[0] >= corners[2] or corners[1] >= corners[3]:
        raise ClientError(f"{path} has a box without an area: {corners}")
    return corners


def text_of(path, element, name):
    text = (element.findtext(name) or "").strip()
    if not text:
        raise ClientError(f"{path} has an object without {name}")
    return text


def class_names(wanted, num_classes, annotated):
    """Names in label order, from label 1: those that are wanted, else all that occur, sorted bytewise."""
    met = sorted({name for _, objects in annotated for name, _ in objects}, key=lambda name: name.encode())
    labels = wanted or met
    unknown = [name for name in met if name not in labels]
    if unknown or len(labels) != num_classes - 1:
        raise ClientError(
            f"num-classes is {num_classes} with the background, the classes are {', '.join(labels)}, "
            f"the channels hold {', '.join(met)}"
        )
    return labels


def normalise(image):
    """Levels of 0 to 255 as ImageNet-normalised floats."""
    return (image.float() / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)


class Detections(Dataset):
    """Images of a channel with their boxes and labels; where `flips`, mirrored at random in both directions."""

    def __init__(self, annotated, labels, flips):
        self.annotated = annotated
        self.index = {name: position + 1 for position, name in enumerate(labels)}
        self.flips = flips

    def __len__(self):
        return len(self.annotated)

    def __getitem__(self, position):
        path, objects = self.annotated[position]
        image = normalise(read_image(str(path), ImageReadMode.RGB))
        boxes = torch.tensor([box for _, box in objects], dtype=torch.float32).reshape(-1, 4)
        labels = torch.tensor([self.index[name] for name, _ in objects], dtype=torch.int64)
        if self.flips and random.random() < 0.5:
            image = image.flip(-1)
            boxes[:, [0, 2]] = image.shape[-1] - boxes[:, [2, 0]]
        if self.flips and random.random() < 0.5:
            image = image.flip(-2)
            boxes[:, [1, 3]] = image.shape[-2] - boxes[:, [3, 1]]
        return image, {"boxes": boxes, "labels": labels}


def collate(batch):
    return tuple(zip(*batch))
