"""Fine-tunes one of torchvision's detectors from its COCO weights in SageMaker's PyTorch script mode, and serves it.

Written for the PyTorch 2.x Deep Learning Containers; run with torch 1.13 and torchvision 0.14 on a CPU, from weights in a channel.
The weights come from the file in the channel `weights` where the job has one, else from download.pytorch.org, which needs a network.
"""

import os
import pickle
import urllib.error
from pathlib import Path

import torch
from torchvision.models import get_model, get_model_weights

from assay_detection.channels import ClientError
from assay_detection.model_folder import load_model
from assay_detection.serving import image_input as input_fn
from assay_detection.serving import output_fn, predict_fn
from assay_detection.settings import common_arguments
from assay_detection.training import train

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]

NETWORKS = ["fasterrcnn_resnet50_fpn_v2", "retinanet_resnet50_fpn_v2", "fcos_resnet50_fpn"]
# The parts of a detector that know its classes: they begin anew.
CLASS_HEADS = ("roi_heads.box_predictor.", "head.classification_head.cls_logits.")
# From the last to the first, as torchvision counts the layers that train.
BACKBONE_LAYERS = ["layer4.", "layer3.", "layer2.", "layer1.", "conv1."]


def build(num_classes, architecture):
    """A detector with every weight drawn at random."""
    network, image_size = architecture["network"], architecture["image_size"]
    # The two-stage detector's settings have a name of their own.
    box = "box_" if network.startswith("fasterrcnn") else ""
    return get_model(
        network,
        weights=None,
        weights_backbone=None,
        num_classes=num_classes,
        min_size=image_size,
        max_size=2 * image_size,
        # Images come normalised, in training as in serving.
        image_mean=[0.0, 0.0, 0.0],
        image_std=[1.0, 1.0, 1.0],
        **{f"{box}detections_per_img": 100, f"{box}score_thresh": 0.01},
    )


def read_weights(network):
    """COCO weights as torchvision publishes them."""
    channel = os.environ.get("SM_CHANNEL_WEIGHTS")
    if channel:
        files = sorted(path for path in Path(channel).rglob("*") if path.is_file())
        if len(files) != 1:
            raise ClientError(f"channel weights holds {len(files)} files, one needed: the weights of {network}")
        try:
            return torch.load(files[0], map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise ClientError(f"{files[0].name} in channel weights holds no weights of torch: {error}") from error
    weights = get_model_weights(network).DEFAULT
    try:
        return weights.get_state_dict(progress=False)
    except urllib.error.URLError as error:
        raise ClientError(
            f"{weights.url} cannot be fetched ({error.reason}): open the network, or name the file's address in S3 as weights"
        ) from error


def adopt(model, weights, network):
    """Takes over every tensor but those of the class heads; what else does not fit belongs to another network."""
    own = model.state_dict()
    fitting = {name: value for name, value in weights.items() if name in own and own[name].shape == value.shape}
    left = [
        name
        for name in own
        # Counts batches since torch 0.4; published weights of frozen layers have none.
        if name not in fitting and not name.startswith(CLASS_HEADS) and not name.endswith("num_batches_tracked")
    ]
    if left:
        raise ClientError(f"the weights are not those of {network}: {len(left)} tensors do not fit, the first {left[0]}")
    model.load_state_dict({name: value for name, value in fitting.items() if not name.startswith(CLASS_HEADS)}, strict=False)


def freeze(model, trainable_layers):
    """Leaves the first layers of the backbone as they are."""
    if trainable_layers == len(BACKBONE_LAYERS):
        return
    trained = tuple(BACKBONE_LAYERS[:trainable_layers])
    for name, parameter in model.backbone.body.named_parameters():
        parameter.requires_grad_(trained != () and name.startswith(trained))


def train_with_frozen_statistics(model):
    """Training mode but for batch normalisation: statistics of a few images are worse than those of COCO."""
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()


def main():
    parser = common_arguments(learning_rate=0.005, batch_size=4)
    parser.add_argument("--network", choices=NETWORKS, default=NETWORKS[0])
    parser.add_argument("--pretrained", choices=["coco", "none"], default="coco")
    parser.add_argument("--trainable-layers", type=int, choices=range(6), default=3, help="of the backbone, from its end")
    parser.add_argument("--image-size", type=int, default=800, help="px of the shorter side as the network sees it")
    settings = parser.parse_args()
    is_pretrained = settings.pretrained == "coco"

    def prepare(num_classes, architecture):
        model = build(num_classes, architecture)
        if is_pretrained:
            adopt(model, read_weights(settings.network), settings.network)
            freeze(model, settings.trainable_layers)
        return model

    train(
        settings,
        {"network": settings.network, "image_size": settings.image_size},
        prepare,
        {
            "network": settings.network,
            "pretrainedOn": "COCO" if is_pretrained else None,
            "requested": f"{settings.network}, {'fine-tuned' if is_pretrained else 'from scratch'}",
        },
        to_train_mode=train_with_frozen_statistics if is_pretrained else torch.nn.Module.train,
        warm_up_epochs=1 if settings.epochs > 1 else 0,
        keeps_best=True,
    )


def model_fn(model_dir):
    return load_model(model_dir, build)


if __name__ == "__main__":
    main()
