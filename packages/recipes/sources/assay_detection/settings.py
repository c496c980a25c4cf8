"""Arguments that every detector takes: hyperparameters, and what the experiment knows."""

import argparse
import json


def common_arguments(learning_rate, batch_size):
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=batch_size)
    parser.add_argument("--learning-rate", type=float, default=learning_rate)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=123)
    parser.add_argument("--num-classes", type=int, default=7, help="with the background")
    parser.add_argument("--class-names", type=json.loads, help="JSON list in label order; without it: all names, sorted")
    return parser
