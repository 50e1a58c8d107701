#!/usr/bin/env python3
"""Measures our text encoder beside ONNX Runtime and OpenVINO, interleaved, one thread, and prints a table.

usage: PARITY_VENV/bin/python bench/encoder/run.py MODEL [--seconds S] [--rounds N] [--tokens 16,32,...] [--batch 1,8]

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
    bert = transformers.AutoModel.from_pretrained(model, attn_implementation="eager").eval()
    ids = torch.ones(2, 16, dtype=torch.int64)

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = bert

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state

    axes = {name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", "token_type_ids", "states")}
    torch.onnx.export(States(), (ids, ids, ids), folder / "plain.onnx", dynamo=False, opset_version=17, dynamic_axes=axes,
                      input_names=["input_ids", "attention_mask", "token_type_ids"], output_names=["states"])
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


def measure(runtime: str, folder: pathlib.Path, tokens: int, batch: int, seconds: float) -> dict:
    """In a process of its own: --measure."""
    import numpy
    ids = numpy.array([[(t * 7919 + b * 104729 + 1000) % 30000 for t in range(tokens)] for b in range(batch)], dtype=numpy.int64)
    feed = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
    if runtime.startswith("onnxruntime"):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        name = "int8.onnx" if runtime.endswith("int8") else "fused.onnx"
        session = onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
        feed = {i.name: feed[i.name] for i in session.get_inputs()}
        return timed(lambda: session.run(None, feed), seconds)
    import openvino
    core = openvino.Core()
    model = core.read_model(str(folder / "plain.onnx"))
    model.reshape({name: [batch, tokens] for name in feed})
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY",
                                                 "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1})
    request = compiled.create_infer_request()
    for name, value in feed.items():
        request.set_tensor(name, openvino.Tensor(value))
    return timed(request.infer, seconds)


def gflop(config: dict, tokens: int) -> float:
    """Multiply-adds counted twice; products with weights and attention, nothing else."""
    width, inner = config["hidden_size"], config["intermediate_size"]
    layer = 2 * tokens * (4 * width * width + 2 * width * inner) + 4 * tokens * tokens * width
    return config["num_hidden_layers"] * layer / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", default="16,32,64,128,256,512")
    parser.add_argument("--batch", default="1,8")
    parser.add_argument("--runtimes", default="signalbox fp32,onnxruntime fp32,onnxruntime int8,openvino fp32")
    parser.add_argument("--measure", nargs=3, metavar=("RUNTIME", "TOKENS", "BATCH"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    folder = OUT / "encoder-models" / args.model.resolve().name
    if args.measure:
        print(json.dumps(measure(args.measure[0], folder, int(args.measure[1]), int(args.measure[2]), args.seconds)))
        return
    from bench import machine
    export(args.model, folder)
    config = json.loads((args.model / "config.json").read_text())
    core = {sorted(os.sched_getaffinity(0))[-1]}
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    def output(command: list) -> dict:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True,
                              preexec_fn=lambda: os.sched_setaffinity(0, core))
        return json.loads(done.stdout.strip().splitlines()[-1])

    shapes = [(int(t), int(b)) for b in args.batch.split(",") for t in args.tokens.split(",")
              if int(t) <= config["max_position_embeddings"]]
    best: dict = {}
    peak = 0.0
    for number in range(args.rounds):
        peak = max(peak, output([str(TOOL), "--peak"])["peak_gflops"])
        for tokens, batch in shapes:
            for runtime in args.runtimes.split(","):
                if runtime.startswith("signalbox"):
                    command = [str(TOOL), "--model", str(args.model), "--tokens", str(tokens), "--batch", str(batch)]
                else:
                    command = [sys.executable, __file__, str(args.model), "--measure", runtime, str(tokens), str(batch)]
                result = output(command + ["--seconds", str(args.seconds)])
                known = best.get((tokens, batch, runtime))
                if known is None or result["p50_ms"] < known["p50_ms"]:
                    best[tokens, batch, runtime] = result
                print(f"\rround {number + 1}/{args.rounds} {tokens} x {batch} {runtime:<20}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    runtimes = args.runtimes.split(",")
    print(f"{args.model.name}, one thread, milliseconds (p50 of the best of {args.rounds} rounds); peak {peak:.0f} GFLOP/s fp32\n")
    print("| tokens | batch | GFLOP | limit | " + " | ".join(runtimes) + " | our share of peak |")
    print("|--:|--:|--:|--:|" + "--:|" * (len(runtimes) + 1))
    for tokens, batch in shapes:
        work = gflop(config, tokens) * batch
        cells = [best[tokens, batch, runtime]["p50_ms"] for runtime in runtimes]
        print(f"| {tokens} | {batch} | {work:.2f} | {work / peak * 1000:.2f} | " + " | ".join(f"{c:.2f}" for c in cells) +
              f" | {work / cells[0] * 1000 / peak * 100:.0f} % |")
    OUT.mkdir(parents=True, exist_ok=True)
    rows = [{"tokens": t, "batch": b, "runtime": r, **v} for (t, b, r), v in best.items()]
    (OUT / "encoder.json").write_text(json.dumps({"machine": machine(), "command": sys.argv, "peak_gflops": peak, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
