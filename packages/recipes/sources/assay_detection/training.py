"""The course of a training: channels in; log lines, checkpoints and a model folder out.

Logs `epoch=3 loss=0.53 main_score=0.21`; main_score is COCO mAP on the validation channel.
"""

import copy
import math
import os
import random
import signal

import numpy
import torch
from torch.utils.data import DataLoader

from assay_detection.channels import Detections, class_names, collate, read_channel
from assay_detection.checkpoints import load_checkpoint, save_checkpoint
from assay_detection.main_score import answers_of, mean_average_precision
from assay_detection.model_folder import save_model


def cosine_schedule(optimizer, steps, warm_up_steps=0):
    """A share of the learning rate for each step: up in a line, then down half a wave to nothing."""

    def share(step):
        if step < warm_up_steps:
            return (step + 1) / (warm_up_steps + 1)
        return 0.5 * (1 + math.cos(math.pi * (step - warm_up_steps) / max(1, steps - warm_up_steps)))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def sgd(model, settings):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(
        trained, lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay
    )


def ignore_stop(_worker):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def train_one_epoch(model, loader, optimizer, schedule, device, stopped):
    """The mean loss, or None where the training was told to stop before the epoch's end."""
    losses = []
    for images, targets in loader:
        if stopped:
            return None
        images = [image.to(device) for image in images]
        targets = [{key: value.to(device) for key, value in target.items()} for target in targets]
        loss = sum(model(images, targets).values())
        if not torch.isfinite(loss):
            raise RuntimeError(f"the loss is {loss.item()}: a lower learning rate is needed")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return float(numpy.mean(losses))


def train(settings, architecture, prepare, facts, to_train_mode=torch.nn.Module.train, warm_up_epochs=0, keeps_best=False):
    """Trains what `prepare(num_classes, architecture)` answers for settings.epochs and leaves it in SM_MODEL_DIR.

    `architecture` is kept with the model, for serving to build it again; `facts` is what the report says of it. The model kept is the last
    epoch's or, where `keeps_best`, that of the epoch with the best main_score.
    """
    random.seed(settings.seed)
    numpy.random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))

    training = read_channel(os.environ["SM_CHANNEL_TRAINING"])
    validation = read_channel(os.environ["SM_CHANNEL_VALIDATION"])
    labels = class_names(settings.class_names, settings.num_classes, training + validation)
    print(f"training {len(training)} images, validation {len(validation)} images, classes {', '.join(labels)}", flush=True)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    generator = torch.Generator().manual_seed(settings.seed)
    common = {
        "batch_size": settings.batch_size,
        "num_workers": min(8, os.cpu_count() or 1),
        "collate_fn": collate,
        # Who stops a job may signal all its processes, and the main one still needs its workers to come to an end.
        "worker_init_fn": ignore_stop,
    }
    train_loader = DataLoader(Detections(training, labels, flips=True), shuffle=True, generator=generator, **common)
    validation_loader = DataLoader(Detections(validation, labels, flips=False), **common)

    model = prepare(settings.num_classes, architecture).to(device)
    optimizer = sgd(model, settings)
    steps_an_epoch = len(train_loader)
    schedule = cosine_schedule(optimizer, settings.epochs * steps_an_epoch, warm_up_epochs * steps_an_epoch)
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    progress = load_checkpoint(parts, generator, device)
    if progress:
        print(f"checkpoint found, the training goes on after {progress['epochs_done']} epochs", flush=True)
    else:
        progress = {"epochs_done": 0, "best": None}

    for epoch in range(progress["epochs_done"], settings.epochs):
        to_train_mode(model)
        loss = train_one_epoch(model, train_loader, optimizer, schedule, device, stopped)
        if loss is None:
            break
        score = mean_average_precision(answers_of(model, validation_loader, device), settings.num_classes)
        print(f"epoch={epoch} loss={loss:.6f} main_score={score:.6f}", flush=True)
        progress["epochs_done"] = epoch + 1
        if keeps_best and (progress["best"] is None or score > progress["best"]["score"]):
            progress["best"] = {"epoch": epoch, "score": score, "state": on_cpu(model.state_dict())}
        save_checkpoint(progress, parts, generator)

    best = progress["best"]
    if best:
        model.load_state_dict(best["state"])
        # The last value of a metric is what a tuning job compares: it has to be that of the model that is kept.
        print(f"kept: epoch={best['epoch']} main_score={best['score']:.6f}", flush=True)
    images = {"trainImages": len(training), "validationImages": len(validation)}
    save_model(model, labels, architecture, {**facts, "epochsDone": progress["epochs_done"], **images})


def on_cpu(state):
    return {name: copy.deepcopy(value.cpu()) for name, value in state.items()}
