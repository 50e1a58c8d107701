"""Real pictures that scientific packages hold: a scanned book page, a CT and an MR slice. No package was found that holds a radiograph."""
import pathlib

import numpy
import pydicom
import skimage
from PIL import Image


def slice_of(name: str) -> Image.Image:
    samples = pydicom.dcmread(pathlib.Path(pydicom.__file__).parent / "data/test_files" / name).pixel_array.astype(numpy.float32)
    low, high = numpy.percentile(samples, (1, 99))
    return Image.fromarray(numpy.clip((samples - low) / (high - low) * 255, 0, 255).astype(numpy.uint8)).convert("RGB")


def pictures() -> dict[str, Image.Image]:
    folder = pathlib.Path(skimage.__file__).parent / "data"
    return {"book page (skimage page.png)": Image.open(folder / "page.png").convert("RGB"), "CT slice (pydicom CT_small)": slice_of("CT_small.dcm"),
            "MR slice (pydicom MR_small)": slice_of("MR_small.dcm"), "face (skimage astronaut.png)": Image.open(folder / "astronaut.png").convert("RGB")}
