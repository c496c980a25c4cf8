"""Trains a defect detection network from scratch in SageMaker's PyTorch script mode, and serves it.

Written for the PyTorch 2.x Deep Learning Containers, which bring torchvision; run with torch 1.13 and torchvision 0.14 on a CPU.

The study's Defect Detection Network is a ResNet whose levels are fused, with a region proposal network and an RoI head. Its
public code needs a PyTorch Lightning of 2020; torchvision's Faster R-CNN over a feature pyramid is the same design, kept
up to date, so that is what this script builds, with every weight drawn at random.
"""

from torch.nn import BatchNorm2d
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

from assay_detection.model_folder import load_model
from assay_detection.serving import output_fn, predict_fn
from assay_detection.serving import tensor_input as input_fn
from assay_detection.settings import common_arguments
from assay_detection.training import train

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]


def fuse_levels(num_classes, architecture):
    """A detector whose backbone's levels are fused by a feature pyramid; every layer trains, none is pretrained."""
    # Plain batch normalisation: the frozen kind that torchvision defaults to is of use for pretrained weights only.
    body = resnet_fpn_backbone(
        backbone_name=architecture["backbone"], weights=None, norm_layer=BatchNorm2d, trainable_layers=5
    )
    return FasterRCNN(
        body,
        num_classes=num_classes,
        min_size=architecture["image_size"],
        max_size=2 * architecture["image_size"],
        # Images come normalised: so does the request of the serving image.
        image_mean=[0.0, 0.0, 0.0],
        image_std=[1.0, 1.0, 1.0],
        box_detections_per_img=100,
        box_score_thresh=0.01,
        box_nms_thresh=0.5,
    )


def main():
    parser = common_arguments(learning_rate=1e-3, batch_size=16)
    parser.add_argument("--backbone", choices=["resnet34", "resnet50"], default="resnet34")
    parser.add_argument("--image-size", type=int, default=256, help="px of the shorter side as the network sees it")
    settings = parser.parse_args()
    train(
        settings,
        {"backbone": settings.backbone, "image_size": settings.image_size},
        fuse_levels,
        {
            "network": f"faster-rcnn-{settings.backbone}-fpn",
            "pretrainedOn": None,
            "requested": f"DDN {settings.backbone}, from scratch",
        },
    )


def model_fn(model_dir):
    return load_model(model_dir, fuse_levels)


if __name__ == "__main__":
    main()
