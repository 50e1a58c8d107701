#!/usr/bin/env python3
"""Measures our image tower beside ONNX Runtime and OpenVINO, interleaved, one image at a time, and prints a table.

usage: PARITY_VENV/bin/python bench/encoder/run_images.py [--sizes 224,256,512] [--threads 1,2] [--seconds S] [--rounds N] [--runtimes ...]

The model is SigLIP-B/16 with random weights (speed does not depend on them), made on the spot for each size. Needs the packages of
parity/requirements.txt. The ONNX file is exported by PyTorch and optimised by ONNX Runtime's own transformer optimiser; int8 is its dynamic
quantisation; OpenVINO compiles the plain export. Every measurement is a process of its own on as many cores as it has threads; the best round
counts for all. Writes build/bench/images.json.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from run import OUT, ROOT, TOOL, numbers, timed  # noqa: E402

PATCH, WIDTH, INNER, LAYERS, HEADS = 16, 768, 3072, 12, 12


def gflop(size: int) -> float:
    """Multiply-adds counted twice; products with weights and attention of patches and layers, nothing else."""
    tokens = (size // PATCH) ** 2
    layer = 2 * tokens * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER) + 4 * tokens * tokens * WIDTH
    return (LAYERS * layer + 2 * tokens * 3 * PATCH * PATCH * WIDTH) / 1e9


def model_of(size: int) -> pathlib.Path:
    """A folder with the weights, plain.onnx, fused.onnx and int8.onnx; made once."""
    folder = OUT / "encoder-models" / f"siglip-b16-{size}"
    if (folder / "int8.onnx").exists():
        return folder
    import onnx
    import torch
    import transformers
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    torch.manual_seed(7)
    model = transformers.SiglipVisionModel(transformers.SiglipVisionConfig(image_size=size, patch_size=PATCH, attn_implementation="eager")).eval()
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps({  # our tower refuses a folder without; here it is given pixels
        "image_processor_type": "SiglipImageProcessor", "do_resize": True, "size": {"height": size, "width": size}, "resample": 3, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}))

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, pixels):
            return self.model(pixel_values=pixels).pooler_output

    torch.onnx.export(Pooled(), (torch.zeros(1, 3, size, size),), folder / "plain.onnx", dynamo=False, opset_version=17,
                      input_names=["pixels"], output_names=["pooled"])
    fused = optimizer.optimize_model(str(folder / "plain.onnx"), model_type="vit", num_heads=HEADS, hidden_size=WIDTH)
    fused.save_model_to_file(str(folder / "fused.onnx"))
    print("fused:", fused.get_fused_operator_statistics(), file=sys.stderr)
    quantize_dynamic(str(folder / "fused.onnx"), str(folder / "int8.onnx"), weight_type=QuantType.QInt8,
                     op_types_to_quantize=["MatMul", "Attention"], extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    return folder


def measure(runtime: str, folder: pathlib.Path, size: int, threads: int, seconds: float) -> dict:
    """In a process of its own: --measure."""
    import numpy
    pixels = numpy.random.default_rng(7).uniform(-1, 1, (1, 3, size, size)).astype(numpy.float32)
    if runtime.startswith("onnxruntime"):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        name = "int8.onnx" if runtime.endswith("int8") else "fused.onnx"
        session = onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
        return timed(lambda: session.run(None, {"pixels": pixels}), seconds)
    import openvino
    compiled = openvino.Core().compile_model(str(folder / "plain.onnx"), "CPU", {
        "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1})
    request = compiled.create_infer_request()
    request.set_tensor("pixels", openvino.Tensor(pixels))
    return timed(request.infer, seconds)


def output(command: list, threads: int) -> dict:
    cores = set(sorted(os.sched_getaffinity(0))[-threads:])
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True,
                          env={**os.environ, "OMP_NUM_THREADS": str(threads)}, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    return json.loads(done.stdout.strip().splitlines()[-1])


def once(runtime: str, folder: pathlib.Path, size: int, threads: int, seconds: float) -> dict:
    if runtime.startswith("signalbox"):
        return output([TOOL, "--model", folder, "--image", "--precision", runtime.split()[1], "--threads", threads, "--seconds", seconds], threads)
    return output([sys.executable, __file__, "--measure", runtime, size, threads, "--seconds", seconds], threads)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="224,256,512")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runtimes", default="signalbox fp32,signalbox int8,onnxruntime fp32,onnxruntime int8,openvino fp32")
    parser.add_argument("--measure", nargs=3, metavar=("RUNTIME", "SIZE", "THREADS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        runtime, size, threads = args.measure
        print(json.dumps(measure(runtime, model_of(int(size)), int(size), int(threads), args.seconds)))
        return
    sys.path.insert(0, str(ROOT / "scripts"))
    from bench import machine
    runtimes = args.runtimes.split(",")
    points = [(size, threads) for size in numbers(args.sizes) for threads in numbers(args.threads)]
    best, peak = {}, 0.0
    for number in range(args.rounds):
        peak = max(peak, output([TOOL, "--peak"], 1)["peak_gflops"])
        for size, threads in points:
            for runtime in runtimes:
                print(f"\rround {number + 1}/{args.rounds} {size} px, {threads} threads, {runtime:<20}", end="", file=sys.stderr, flush=True)
                result = once(runtime, model_of(size), size, threads, args.seconds)
                known = best.get((size, threads, runtime))
                if known is None or result["p50_ms"] < known["p50_ms"]:
                    best[size, threads, runtime] = result
    load = os.getloadavg()[0]
    print(f"\nSigLIP-B/16, milliseconds for an image (p50 of the best of {args.rounds} rounds); peak of one core {peak:.0f} GFLOP/s fp32; load {load:.1f}\n")
    print("| px | threads | GFLOP | " + " | ".join(runtimes) + " | fp32 share of peak |")
    print("|--:|--:|--:|" + "--:|" * (len(runtimes) + 1))
    for size, threads in points:
        cells = [best[size, threads, runtime]["p50_ms"] for runtime in runtimes]
        share = gflop(size) / cells[0] * 1000 / (peak * threads) * 100
        print(f"| {size} | {threads} | {gflop(size):.1f} | " + " | ".join(f"{c:.1f}" for c in cells) + f" | {share:.0f} % |")
    rows = [{"size": s, "threads": t, "runtime": r, **v} for (s, t, r), v in best.items()]
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "images.json").write_text(json.dumps({"machine": machine(), "command": sys.argv, "peak_gflops": peak, "load": load, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
