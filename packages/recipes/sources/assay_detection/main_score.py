"""COCO mAP over IoU 0.50:0.05:0.95, at most 100 detections an image as the models give them."""

import numpy
import torch
from torchvision.ops import box_iou

IOU_THRESHOLDS = numpy.linspace(0.5, 0.95, 10)
RECALLS = numpy.linspace(0, 1, 101)


@torch.no_grad()
def answers_of(model, loader, device):
    """[(output, target)] of every image, on the CPU."""
    model.eval()
    answers = []
    for images, targets in loader:
        outputs = model([image.to(device) for image in images])
        answers += [({key: value.cpu() for key, value in output.items()}, target) for output, target in zip(outputs, targets)]
    return answers


def mean_average_precision(answers, classes):
    """`classes` counts the background. Classes without an object do not count; 0 where none has one."""
    precisions = []
    for label in range(1, classes):
        matched = [matches(output, target, label) for output, target in answers]
        wanted = sum(int((target["labels"] == label).sum()) for _, target in answers)
        if wanted == 0:
            continue
        scores = numpy.concatenate([scores for scores, _ in matched])
        order = numpy.argsort(-scores, kind="stable")
        hits = numpy.concatenate([hits for _, hits in matched], axis=1)[:, order]
        precisions += [average_precision(row, wanted) for row in hits]
    return float(numpy.mean(precisions)) if precisions else 0.0


def matches(output, target, label):
    """Scores of an image's detections of a class, best first, and at each threshold whether they found an object of their own."""
    mine = output["labels"] == label
    order = torch.argsort(output["scores"][mine], descending=True, stable=True)
    truth = target["boxes"][target["labels"] == label]
    overlaps = box_iou(output["boxes"][mine][order], truth).numpy().astype(float)
    hits = numpy.zeros((len(IOU_THRESHOLDS), len(overlaps)), dtype=bool)
    if len(truth) > 0:
        for place, threshold in enumerate(IOU_THRESHOLDS):
            free = numpy.ones(len(truth), dtype=bool)
            for row, overlap in enumerate(overlaps):
                best = int(numpy.argmax(numpy.where(free, overlap, -1.0)))
                if free[best] and overlap[best] >= threshold:
                    free[best] = False
                    hits[place, row] = True
    return output["scores"][mine][order].numpy(), hits


def average_precision(hits, wanted):
    """Mean of the precision at 101 levels of recall, each the best from there on."""
    true = numpy.cumsum(hits)
    precision = true / numpy.arange(1, len(hits) + 1)
    precision = numpy.maximum.accumulate(precision[::-1])[::-1]
    places = numpy.searchsorted(true / wanted, RECALLS, side="left")
    return float(numpy.mean([precision[place] if place < len(precision) else 0.0 for place in places]))
