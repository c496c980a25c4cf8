"""Trains a defect detection network from scratch in SageMaker's PyTorch script mode, and serves it.

Not run here: this machine has neither Python nor PyTorch, and locally train.mjs runs in its place. Written for the PyTorch 2.x
Deep Learning Containers, which bring torchvision; no requirements.txt is needed.

The study's Defect Detection Network is a ResNet whose levels are fused, with a region proposal network and an RoI head. Its
public code needs a PyTorch Lightning of 2020; torchvision's Faster R-CNN over a feature pyramid is the same design, kept
up to date, so that is what this script builds, with every weight drawn at random.

Channels `training` and `validation`: one folder a class with images/ and annotations/*.xml (Pascal VOC). A box's class is what
object/name says, never the folder. Logs `epoch=3 loss=0.53 main_score=0.21`; main_score is COCO mAP on the validation channel.
"""

import argparse
import io
import json
import os
import random
import shutil
import signal
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy
import torch
from torch.utils.data import DataLoader, Dataset
from torchvision.io import ImageReadMode, read_image
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.ops import box_iou

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]
MIN_SIZE_PX, MAX_SIZE_PX = 256, 512
MODEL_FILE = "model.pth"
IOU_THRESHOLDS = [0.5 + 0.05 * step for step in range(10)]


# SageMaker makes this folder where the job asks for checkpoints, copies it to S3 while the job runs, and brings it back when an
# interrupted job starts again.
CHECKPOINTS = Path("/opt/ml/checkpoints")
CHECKPOINT_FILE = "newest.pth"


class ClientError(Exception):
    """What the customer got wrong: data or hyperparameters."""


def fuse_levels(num_classes, backbone):
    """A detector whose backbone's levels are fused by a feature pyramid; every layer trains, none is pretrained."""
    # Plain batch normalisation: the frozen kind that torchvision defaults to is of use for pretrained weights only.
    body = resnet_fpn_backbone(
        backbone_name=backbone, weights=None, norm_layer=torch.nn.BatchNorm2d, trainable_layers=5
    )
    return FasterRCNN(
        body,
        num_classes=num_classes,
        min_size=MIN_SIZE_PX,
        max_size=MAX_SIZE_PX,
        # Images come normalised: so does the request of the serving image.
        image_mean=[0.0, 0.0, 0.0],
        image_std=[1.0, 1.0, 1.0],
        box_detections_per_img=100,
        box_score_thresh=0.05,
        box_nms_thresh=0.5,
    )


def normalise(image):
    mean = torch.tensor(MEAN).view(3, 1, 1)
    deviation = torch.tensor(DEVIATION).view(3, 1, 1)
    return (image.float() / 255 - mean) / deviation


def read_channel(root):
    """[(image path, [(class name, [xmin, ymin, xmax, ymax])])] in order of path."""
    found = []
    for annotation in sorted(Path(root).glob("*/annotations/*.xml")):
        images = sorted((annotation.parent.parent / "images").glob(annotation.stem + ".*"))
        if not images:
            raise ClientError(f"{annotation} has no image beside it")
        try:
            tree = ElementTree.parse(annotation)
        except ElementTree.ParseError as error:
            raise ClientError(f"{annotation} is no XML: {error}") from error
        objects = []
        for element in tree.iter("object"):
            box = [float(element.findtext(f"bndbox/{name}")) for name in ("xmin", "ymin", "xmax", "ymax")]
            objects.append((element.findtext("name").strip(), box))
        found.append((images[0], objects))
    if not found:
        raise ClientError(f"{root} holds no <class>/annotations/*.xml")
    return found


class Detections(Dataset):
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


def average_precision(scored, wanted):
    """scored: [(score, is true)], wanted: number of objects. 101 levels of recall, as COCO reads it."""
    if wanted == 0:
        return None
    scored.sort(key=lambda pair: -pair[0])
    true = numpy.cumsum([is_true for _, is_true in scored]) if scored else numpy.zeros(0)
    recall = true / wanted
    precision = true / numpy.arange(1, len(scored) + 1)
    precision = numpy.maximum.accumulate(precision[::-1])[::-1]
    places = numpy.searchsorted(recall, numpy.linspace(0, 1, 101), side="left")
    return float(numpy.mean([precision[place] if place < len(precision) else 0.0 for place in places]))


@torch.no_grad()
def main_score(model, loader, device, classes):
    """COCO mAP over IoU 0.50:0.05:0.95."""
    model.eval()
    answers = []
    for images, targets in loader:
        outputs = model([image.to(device) for image in images])
        answers += [({key: value.cpu() for key, value in output.items()}, target) for output, target in zip(outputs, targets)]
    precisions = []
    for label in range(1, classes):
        for threshold in IOU_THRESHOLDS:
            scored, wanted = [], 0
            for output, target in answers:
                truth = target["boxes"][target["labels"] == label]
                wanted += len(truth)
                mine = output["labels"] == label
                overlaps = box_iou(output["boxes"][mine], truth)
                taken = set()
                for row, score in enumerate(output["scores"][mine].tolist()):
                    free = [(overlaps[row, column].item(), column) for column in range(len(truth)) if column not in taken]
                    best = max(free, default=(0.0, -1))
                    is_true = best[0] >= threshold
                    if is_true:
                        taken.add(best[1])
                    scored.append((score, is_true))
            precision = average_precision(scored, wanted)
            if precision is not None:
                precisions.append(precision)
    return float(numpy.mean(precisions)) if precisions else 0.0


def train_one_epoch(model, loader, optimizer, device, should_stop):
    model.train()
    losses = []
    for images, targets in loader:
        if should_stop():
            break
        images = [image.to(device) for image in images]
        targets = [{key: value.to(device) for key, value in target.items()} for target in targets]
        loss = sum(model(images, targets).values())
        if not torch.isfinite(loss):
            raise RuntimeError(f"the loss is {loss.item()}: a lower learning rate is needed")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return float(numpy.mean(losses)) if losses else 0.0


def save(model, labels, settings, epochs_done, images):
    folder = Path(os.environ["SM_MODEL_DIR"])
    torch.save({"state": model.state_dict(), "backbone": settings.backbone, "labels": labels}, folder / MODEL_FILE)
    # The serving image looks for the script in the model archive.
    (folder / "code").mkdir(exist_ok=True)
    for file in Path(__file__).parent.glob("train.*"):
        shutil.copy(file, folder / "code" / file.name)
    actual = {
        "network": f"faster-rcnn-{settings.backbone}-fpn",
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "pretrainedOn": None,
        "epochsDone": epochs_done,
        "program": "pytorch-script",
        "requested": f"DDN {settings.backbone}, from scratch",
        **images,
    }
    (folder / "assay-model.json").write_text(json.dumps(actual, indent=2))
    print(f"assay_actual={json.dumps(actual)}", flush=True)


def save_checkpoint(epochs_done, parts, generator):
    """Replaces the newest checkpoint at once: whoever reads meets the old one or the new one, never a part."""
    if not CHECKPOINTS.is_dir():
        return
    state = {
        "epochs_done": epochs_done,
        **{name: part.state_dict() for name, part in parts.items()},
        "random": random.getstate(),
        "numpy": numpy.random.get_state(),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "generator": generator.get_state(),
    }
    torch.save(state, CHECKPOINTS / (CHECKPOINT_FILE + ".new"))
    os.replace(CHECKPOINTS / (CHECKPOINT_FILE + ".new"), CHECKPOINTS / CHECKPOINT_FILE)


def load_checkpoint(parts, generator, device):
    """Brings model, optimizer, schedule and random numbers to where an interrupted life of the job was. Answers the epochs done."""
    path = CHECKPOINTS / CHECKPOINT_FILE
    if not path.is_file():
        return 0
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
    print(f"checkpoint found, the training goes on after {state['epochs_done']} epochs", flush=True)
    return state["epochs_done"]


def read_settings():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=123)
    parser.add_argument("--num-classes", type=int, default=7, help="with the background")
    parser.add_argument("--class-names", type=json.loads, help="JSON list in label order; without it: all names, sorted")
    parser.add_argument("--backbone", choices=["resnet34", "resnet50"], default="resnet34")
    return parser.parse_args()


def class_names(settings, annotated):
    met = sorted({name for _, objects in annotated for name, _ in objects}, key=lambda name: name.encode())
    labels = settings.class_names or met
    unknown = [name for name in met if name not in labels]
    if unknown or len(labels) != settings.num_classes - 1:
        raise ClientError(
            f"num-classes is {settings.num_classes} with the background, the classes are {', '.join(labels)}, "
            f"the channels hold {', '.join(met)}"
        )
    return labels


def main():
    settings = read_settings()
    random.seed(settings.seed)
    numpy.random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))

    training = read_channel(os.environ["SM_CHANNEL_TRAINING"])
    validation = read_channel(os.environ["SM_CHANNEL_VALIDATION"])
    labels = class_names(settings, training + validation)
    print(f"training {len(training)} images, validation {len(validation)} images, classes {', '.join(labels)}", flush=True)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    workers = min(8, os.cpu_count() or 1)
    generator = torch.Generator().manual_seed(settings.seed)
    train_loader = DataLoader(
        Detections(training, labels, flips=True),
        batch_size=settings.batch_size,
        shuffle=True,
        num_workers=workers,
        collate_fn=collate,
        generator=generator,
    )
    validation_loader = DataLoader(
        Detections(validation, labels, flips=False), batch_size=settings.batch_size, num_workers=workers, collate_fn=collate
    )
    model = fuse_levels(settings.num_classes, settings.backbone).to(device)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay
    )
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=settings.epochs)
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    epochs_done = load_checkpoint(parts, generator, device)
    for epoch in range(epochs_done, settings.epochs):
        loss = train_one_epoch(model, train_loader, optimizer, device, lambda: bool(stopped))
        if stopped:
            break
        scheduler.step()
        epochs_done += 1
        score = main_score(model, validation_loader, device, settings.num_classes)
        print(f"epoch={epoch} loss={loss:.6f} main_score={score:.6f}", flush=True)
        save_checkpoint(epochs_done, parts, generator)
    images = {"trainImages": len(training), "validationImages": len(validation)}
    save(model, labels, settings, epochs_done, images)


def model_fn(model_dir):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    stored = torch.load(Path(model_dir) / MODEL_FILE, map_location=device, weights_only=True)
    model = fuse_levels(len(stored["labels"]) + 1, stored["backbone"])
    model.load_state_dict(stored["state"])
    return model.to(device).eval()


def input_fn(request_body, request_content_type):
    """A nested list of 1 x 3 x height x width floats, ImageNet-normalised."""
    if request_content_type.split(";")[0].strip() != "application/json":
        raise ValueError(f"unsupported content type {request_content_type}, needed application/json")
    text = request_body if isinstance(request_body, str) else io.BytesIO(request_body).read().decode()
    tensor = torch.tensor(json.loads(text), dtype=torch.float32)
    if tensor.dim() != 4 or tensor.shape[:2] != (1, 3):
        raise ValueError(f"the request has shape {list(tensor.shape)}, needed 1 x 3 x height x width")
    return tensor


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


if __name__ == "__main__":
    main()
