"""Recognisers to compare. Each is a process that takes paths and answers with {ms, cpu_ms, text}, one JSON object a line."""
import json
import os
import subprocess
import sys
import time

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}


class Reader:
    """`core` pins the process to one processor; None leaves that to the kernel."""

    def __init__(self, name: str, command: list[str], core: int | None):
        self.name = name
        pin = ["taskset", "-c", str(core)] if core is not None else []
        self.process = subprocess.Popen(pin + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD)

    def read(self, path: str) -> dict:
        print(path, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} died")
        return json.loads(line)


def readers(names: list[str], tool: str, core: int | None) -> list[Reader]:
    commands = {"ours": [tool], "ppocr": [sys.executable, __file__]}
    return [Reader(name, commands[name], core) for name in names]


def rows(boxes) -> str:
    """Boxes of words and parts of lines as lines of text: what stands at one height is one line."""
    lines: list[tuple[float, float, list]] = []
    for corners, text, _ in sorted(boxes or [], key=lambda box: sum(y for _, y in box[0])):
        top, bottom = min(y for _, y in corners), max(y for _, y in corners)
        middle = (top + bottom) / 2
        if lines and lines[-1][0] <= middle <= lines[-1][1]:
            lines[-1][2].append((min(x for x, _ in corners), text))
        else:
            lines.append((top, bottom, [(min(x for x, _ in corners), text)]))
    return "\n".join(" ".join(text for _, text in sorted(line)) for _, _, line in lines)


def serve_ppocr() -> None:
    """PP-OCR's detector and recogniser (ONNX, as the wheel ships them), without the classifier of turned lines."""
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    for path in sys.stdin:
        start, processor = time.perf_counter(), time.process_time()
        boxes, _ = engine(path.strip(), use_cls=False)
        print(json.dumps({"cpu_ms": 1000 * (time.process_time() - processor), "ms": 1000 * (time.perf_counter() - start), "text": rows(boxes)}), flush=True)


if __name__ == "__main__":
    serve_ppocr()
