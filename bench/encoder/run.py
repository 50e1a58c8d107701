#!/usr/bin/env python3
"""Measures our text encoder beside ONNX Runtime and OpenVINO, interleaved, one thread, and prints a table.

usage: PARITY_VENV/bin/python bench/encoder/run.py MODEL [--seconds S] [--rounds N] [--tokens 16,32,...] [--batch 1,8]
       ... MODEL --callers 1,4,16,32 [--threads 1,2] [--tokens 16,128]      many requests at once: texts a second, p50, p99

MODEL is a model folder, or a configuration with random weights, made on the spot (speed does not depend on them): `bert-base`,
`modernbert-base` (mmBERT-base is as large but for its vocabulary), `mmbert-small`.

Needs the packages of parity/requirements.txt. The ONNX file is exported by PyTorch from the same weights and optimised by ONNX Runtime's own
transformer optimiser; int8 is its dynamic quantisation; OpenVINO compiles the plain export for each shape. Every measurement is a process of its
own on one core; a round measures every runtime at every shape in turn, and the best round counts for all. Writes build/bench/encoder.json.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
TOOL = ROOT / "build/release/bench/encoder/bench_encoder"
sys.path.insert(0, str(ROOT / "scripts"))


def export(model: pathlib.Path, folder: pathlib.Path) -> None:
    """plain.onnx, fused.onnx (fp32) and int8.onnx in `folder`; done once."""
    if (folder / "int8.onnx").exists():
        return
    import onnx
    import torch
    import transformers
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    folder.mkdir(parents=True, exist_ok=True)
    kind = json.loads((model / "config.json").read_text())["model_type"]
    # ModernBERT's masks cannot be traced under its eager attention.
    attention = "eager" if kind == "bert" else "sdpa"
    bert = transformers.AutoModel.from_pretrained(model, attn_implementation=attention).eval()
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if kind == "bert" else [])
    ids = torch.ones(2, 16, dtype=torch.int64)

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = bert

        def forward(self, *inputs):
            return self.bert(**dict(zip(names, inputs))).last_hidden_state

    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "states"]}
    torch.onnx.export(States(), tuple(ids for _ in names), folder / "plain.onnx", dynamo=False, opset_version=17, dynamic_axes=axes,
                      input_names=names, output_names=["states"])
    config = bert.config
    fused = optimizer.optimize_model(str(folder / "plain.onnx"), model_type="bert", num_heads=config.num_attention_heads,
                                     hidden_size=config.hidden_size)
    fused.save_model_to_file(str(folder / "fused.onnx"))
    print("fused:", fused.get_fused_operator_statistics(), file=sys.stderr)
    quantize_dynamic(str(folder / "fused.onnx"), str(folder / "int8.onnx"), weight_type=QuantType.QInt8,
                     extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    onnx.checker.check_model(str(folder / "plain.onnx"))


def timed(run, seconds: float) -> dict:
    import time
    times = []
    for _ in range(2):
        run()
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {"runs": len(times), "min_ms": times[0], "p50_ms": times[len(times) // 2], "p99_ms": times[len(times) * 99 // 100]}


def concurrently(call, callers: int, seconds: float) -> dict:
    """`call` from many threads, each again when it has its answer; the runtimes release Python's lock while they compute."""
    import threading
    import time
    times: list[list[float]] = [[] for _ in range(callers)]
    call(0)
    end = time.perf_counter() + seconds

    def work(own: list[float], number: int) -> None:
        while (start := time.perf_counter()) < end:
            call(number)
            own.append((time.perf_counter() - start) * 1000)

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(own, number)) for number, own in enumerate(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    every = sorted(t for own in times for t in own)
    return {"texts_per_second": len(every) / elapsed, "p50_ms": every[len(every) // 2], "p99_ms": every[len(every) * 99 // 100]}


def measure(runtime: str, folder: pathlib.Path, tokens: int, batch: int, callers: int, threads: int, seconds: float) -> dict:
    """In a process of its own: --measure. Without callers one thread runs one batch after the other."""
    import numpy
    ids = numpy.array([[(t * 7919 + b * 104729 + 1000) % 30000 for t in range(tokens)] for b in range(batch)], dtype=numpy.int64)
    feed = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
    if runtime.startswith("onnxruntime"):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        name = "int8.onnx" if runtime.endswith("int8") else "fused.onnx"
        session = onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
        feed = {i.name: feed[i.name] for i in session.get_inputs()}
        if callers:
            return concurrently(lambda _: session.run(None, feed), callers, seconds)
        return timed(lambda: session.run(None, feed), seconds)
    import openvino
    core = openvino.Core()
    model = core.read_model(str(folder / "plain.onnx"))
    feed = {i.any_name: feed[i.any_name] for i in model.inputs}
    model.reshape({name: [batch, tokens] for name in feed})
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "THROUGHPUT" if callers else "LATENCY",
                                                 "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": threads if callers else 1})
    requests = [compiled.create_infer_request() for _ in range(callers or 1)]
    for request in requests:
        for name, value in feed.items():
            request.set_tensor(name, openvino.Tensor(value))
    if callers:
        return concurrently(lambda number: requests[number].infer(), callers, seconds)
    return timed(requests[0].infer, seconds)


def gflop(config: dict, tokens: int) -> float:
    """Multiply-adds counted twice; products with weights and attention, nothing else."""
    width, inner, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    gated = config["model_type"] == "modernbert"
    weights = 2 * tokens * (4 * width * width + (3 if gated else 2) * width * inner)
    seen = [tokens] * layers
    if gated:  # local layers see a window
        reach = config["local_attention"] // 2
        band = sum(min(t + reach, tokens - 1) - max(t - reach, 0) + 1 for t in range(tokens)) / tokens
        seen = [tokens if kind == "full_attention" else band for kind in config["layer_types"]]
    return (layers * weights + sum(4 * tokens * keys * width for keys in seen)) / 1e9


def random_model(name: str) -> pathlib.Path:
    folder = OUT / "encoder-models" / f"{name}-folder"
    if not (folder / "model.safetensors").exists():
        import transformers
        if name == "bert-base":
            model = transformers.BertModel(transformers.BertConfig(), add_pooling_layer=False)
        else:
            sizes = {"modernbert-base": {}, "mmbert-small": {"hidden_size": 384, "num_attention_heads": 6}}[name]
            model = transformers.ModernBertModel(transformers.ModernBertConfig(**sizes))
        model.save_pretrained(folder)
        (folder / "tokenizer.json").write_text("{}")  # bench_encoder takes ids
    return folder


class Bench:
    """Runs every runtime at every point, round after round, each measurement in a process of its own; the best round counts."""

    def __init__(self, args: argparse.Namespace, model: pathlib.Path):
        self.args = args
        self.model = model
        self.runtimes = args.runtimes.split(",")
        self.best: dict = {}
        self.peak = 0.0

    def output(self, command: list, threads: int) -> dict:
        cores = set(sorted(os.sched_getaffinity(0))[-threads:])
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=environment, check=True,
                              preexec_fn=lambda: os.sched_setaffinity(0, cores))
        return json.loads(done.stdout.strip().splitlines()[-1])

    def once(self, runtime: str, tokens: int, batch: int, callers: int, threads: int) -> dict:
        if runtime.startswith("signalbox"):
            command = [TOOL, "--model", self.model, "--tokens", tokens, "--batch", batch, "--precision", runtime.split()[1]]
            command += ["--callers", callers, "--threads", threads] if callers else []
        else:
            command = [sys.executable, __file__, self.model, "--measure", runtime, tokens, batch, callers, threads]
        return self.output(command + ["--seconds", self.args.seconds], threads)

    def run(self, points: list[tuple[int, int, int, int]]) -> None:
        better = (lambda new, old: new["texts_per_second"] > old["texts_per_second"]) if points[0][2] else \
                 (lambda new, old: new["p50_ms"] < old["p50_ms"])
        for number in range(self.args.rounds):
            self.peak = max(self.peak, self.output([TOOL, "--peak"], 1)["peak_gflops"])
            for point in points:
                for runtime in self.runtimes:
                    result = self.once(runtime, *point)
                    known = self.best.get((point, runtime))
                    if known is None or better(result, known):
                        self.best[point, runtime] = result
                    print(f"\rround {number + 1}/{self.args.rounds} {point} {runtime:<20}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)


def print_latency(bench: Bench, config: dict, points: list) -> None:
    print(f"{bench.model.name}, one thread, milliseconds (p50 of the best of {bench.args.rounds} rounds); peak {bench.peak:.0f} GFLOP/s fp32\n")
    print("| tokens | batch | GFLOP | limit fp32 | " + " | ".join(bench.runtimes) + " | fp32 share of peak |")
    print("|--:|--:|--:|--:|" + "--:|" * (len(bench.runtimes) + 1))
    for point in points:
        work = gflop(config, point[0]) * point[1]
        cells = [bench.best[point, runtime]["p50_ms"] for runtime in bench.runtimes]
        print(f"| {point[0]} | {point[1]} | {work:.2f} | {work / bench.peak * 1000:.2f} | " + " | ".join(f"{c:.2f}" for c in cells) +
              f" | {work / cells[0] * 1000 / bench.peak * 100:.0f} % |")


def print_concurrency(bench: Bench, points: list) -> None:
    print(f"{bench.model.name}, texts a second (p50 / p99 ms), the best of {bench.args.rounds} rounds\n")
    print("| tokens | threads | callers | " + " | ".join(bench.runtimes) + " |")
    print("|--:|--:|--:|" + "--:|" * len(bench.runtimes))
    for point in points:
        cells = [bench.best[point, runtime] for runtime in bench.runtimes]
        print(f"| {point[0]} | {point[3]} | {point[2]} | " +
              " | ".join(f"{c['texts_per_second']:.0f} ({c['p50_ms']:.1f} / {c['p99_ms']:.1f})" for c in cells) + " |")


def numbers(text: str) -> list[int]:
    return [int(n) for n in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", default="16,32,64,128,256,512")
    parser.add_argument("--batch", default="1,8")
    parser.add_argument("--callers", help="many requests at once, e.g. 1,4,16,32")
    parser.add_argument("--threads", default="1", help="with --callers")
    parser.add_argument("--runtimes", default="signalbox fp32,signalbox int8,onnxruntime fp32,onnxruntime int8,openvino fp32")
    parser.add_argument("--measure", nargs=5, metavar=("RUNTIME", "TOKENS", "BATCH", "CALLERS", "THREADS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    model = args.model if args.model.exists() else random_model(str(args.model))
    folder = OUT / "encoder-models" / model.resolve().name
    if args.measure:
        print(json.dumps(measure(args.measure[0], folder, *map(int, args.measure[1:]), args.seconds)))
        return
    from bench import machine
    export(model, folder)
    config = json.loads((model / "config.json").read_text())
    tokens = [t for t in numbers(args.tokens) if t <= config["max_position_embeddings"]]
    bench = Bench(args, model)
    if args.callers:
        points = [(t, 1, c, n) for t in tokens for n in numbers(args.threads) for c in numbers(args.callers)]
        bench.run(points)
        print_concurrency(bench, points)
    else:
        points = [(t, b, 0, 1) for b in numbers(args.batch) for t in tokens]
        bench.run(points)
        print_latency(bench, config, points)
    OUT.mkdir(parents=True, exist_ok=True)
    rows = [{"tokens": t, "batch": b, "callers": c, "threads": n, "runtime": r, **v} for ((t, b, c, n), r), v in bench.best.items()]
    (OUT / "encoder.json").write_text(json.dumps({"machine": machine(), "command": sys.argv, "peak_gflops": bench.peak, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
