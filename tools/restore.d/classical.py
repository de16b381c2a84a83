"""What OpenCV makes of damaged pictures, each way with the best of several settings, and what BM3D makes of noise."""

import itertools

import bm3d

import cv2
import numpy as np


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((a.astype(float) - b.astype(float)) ** 2) / 255**2))


def best(truth: np.ndarray, candidates) -> dict:
    """The best of some settings, chosen with the undamaged picture in hand, which no user could do."""
    found = [(psnr(picture, truth), setting, picture) for setting, picture in candidates]
    value, setting, picture = max(found, key=lambda one: one[0])
    return {"psnr": value, "setting": setting, "picture": picture}


def denoised(noisy: np.ndarray, truth: np.ndarray) -> dict:
    bilateral = itertools.product((5, 9), (25, 50, 75, 100, 150), (1, 2, 3, 5))
    return {
        "median": best(truth, ((f"{k}x{k}", cv2.medianBlur(noisy, k)) for k in (3, 5))),
        "bilateral": best(
            truth, ((f"d {d}, colour {c}, space {s}", cv2.bilateralFilter(noisy, d, c, s)) for d, c, s in bilateral)
        ),
        "non-local means": best(
            truth,
            ((f"h {h}", cv2.fastNlMeansDenoisingColored(noisy, None, h, h, 7, 21)) for h in (10, 15, 20, 25, 30)),
        ),
    }


def matched(noisy: np.ndarray, truth: np.ndarray, sigma: float) -> dict:
    """BM3D (Dabov et al. 2007), which is told how strong the noise is; PyPI's `bm3d`, for noise of one strength."""
    found = bm3d.bm3d_rgb(noisy[:, :, ::-1] / 255, sigma / 255)[:, :, ::-1]
    return {"psnr": psnr(np.clip(np.round(255 * found), 0, 255).astype(np.uint8), truth), "sigma": sigma}


def inpainted(missing: np.ndarray, known: np.ndarray, truth: np.ndarray) -> dict:
    holes = np.where(known[:, :, 0] < 128, 255, 0).astype(np.uint8)
    ways = {"Telea": cv2.INPAINT_TELEA, "Navier-Stokes": cv2.INPAINT_NS}
    return {
        name: best(truth, ((f"radius {r}", cv2.inpaint(missing, holes, r, way)) for r in (1, 2, 3, 5)))
        for name, way in ways.items()
    }


def enlarged(small: np.ndarray, truth: np.ndarray) -> dict:
    size = truth.shape[1], truth.shape[0]
    ways = {"bicubic": cv2.INTER_CUBIC, "Lanczos": cv2.INTER_LANCZOS4}
    return {name: best(truth, [("", cv2.resize(small, size, interpolation=way))]) for name, way in ways.items()}
