"""Script mode for the local cloud: runs a submitted source folder with the Python that runs this file, and with its packages.

As SageMaker's training and inference toolkits do: the archive that `sagemaker_submit_directory` names is unpacked, the script
gets hyperparameters as arguments and folders as SM_… variables, and serves with its model_fn, input_fn, predict_fn, output_fn.
"""

import importlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer

base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def local(path):
    """A container's path on this machine."""
    return base / pathlib.Path(path).relative_to("/opt/ml")


def decoded(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def fail(reason):
    (base / "output").mkdir(exist_ok=True)
    (base / "output/failure").write_text(reason[:1024])
    sys.exit(1)


def train():
    given = json.loads((base / "input/config/hyperparameters.json").read_text())
    values = {name: decoded(text) for name, text in given.items()}
    code = base / "code"
    with tarfile.open(local(values["sagemaker_submit_directory"])) as archive:
        archive.extractall(code)
    own = {name: value for name, value in values.items() if not name.startswith("sagemaker_")}
    own.pop("_tuning_objective_metric", None)
    for folder in ("model", "output/data"):
        (base / folder).mkdir(parents=True, exist_ok=True)
    channels = [folder for folder in (base / "input/data").iterdir() if folder.is_dir()]
    environment = {
        "SM_MODEL_DIR": str(base / "model"),
        "SM_OUTPUT_DATA_DIR": str(base / "output/data"),
        "SM_NUM_CPUS": str(os.cpu_count()),
        "SM_NUM_GPUS": "0",
        "SM_CHANNELS": json.dumps(sorted(folder.name for folder in channels)),
        "SM_HPS": json.dumps(own, sort_keys=True),
        **{f"SM_CHANNEL_{folder.name.upper()}": str(folder) for folder in channels},
        **{f"SM_HP_{name.upper()}": as_text(value) for name, value in own.items()},
    }
    arguments = [word for name, value in sorted(own.items()) for word in (f"--{name}", as_text(value))]
    # The data loaders of PyTorch need sockets, whose names have no room for the path of a job's own folder.
    with tempfile.TemporaryDirectory(prefix="script-", dir="/tmp") as temporary:
        exit_code, told = run(values["sagemaker_program"], arguments, {**os.environ, **environment, "TMPDIR": temporary})
    if exit_code != 0:
        client_error = re.findall(r"ClientError: [^\n]+", told)
        fail(client_error[-1] if client_error else f"AlgorithmError: exit code {exit_code}: {told}")


def run(program, arguments, environment):
    """The script's exit code, and the last lines of its standard error."""
    script = subprocess.Popen(
        [sys.executable, program, *arguments], cwd=base / "code", env=environment, stderr=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGTERM, lambda *_: script.send_signal(signal.SIGTERM))
    last = []
    for line in script.stderr:
        sys.stderr.write(line)
        last = [*last[-40:], line]
    return script.wait(), "".join(last)


def serve():
    sys.path.insert(0, str(local(os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", "/opt/ml/model/code"))))
    script = importlib.import_module(pathlib.Path(os.environ["SAGEMAKER_PROGRAM"]).stem)
    model = script.model_fn(str(base / "model"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(200 if self.path == "/ping" else 404, "text/plain", "")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                sent = script.input_fn(body, self.headers.get("content-type", "application/octet-stream"))
            except ValueError as error:
                return self.answer(400, "text/plain", str(error))
            wanted = self.headers.get("accept", "application/json")
            answer, content_type = script.output_fn(script.predict_fn(sent, model), wanted)
            return self.answer(200, content_type, answer)

        def answer(self, status, content_type, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HTTPServer(("127.0.0.1", int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))), Handler).serve_forever()


{"train": train, "serve": serve}[sys.argv[-1]]()
