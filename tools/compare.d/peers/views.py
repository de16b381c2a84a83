"""Two augmented views of JPEG pictures by torchvision on Pillow, or albumentations on OpenCV, as `siam-bench views`
makes them: on one thread, decoded from memory each time.

    python views.py ROOT --program torchvision --recipe cifar --size 32
    python views.py PHOTOS --prepare medium|large --output FOLDER

Prints one line of JSON: pictures a second, decode included (torchvision==0.28.0, pillow==13.0.0, albumentations==2.0.8,
opencv-python-headless==4.13.0.92). The recipes are SimSiam's for CIFAR (no blur) and ImageNet, and a crop alone.
--prepare makes the pictures to measure with from a folder of photographs: `medium` is 500x375 at quality 90, `large`
those of 4 to 24 megapixels as they are.
"""
import argparse
import io
import json
import shutil
import time
from pathlib import Path

import numpy as np
from PIL import Image


def prepare(photos, kind, output):
    output.mkdir(parents=True)
    for path in sorted(photos.iterdir()):
        if path.suffix.lower() not in (".jpg", ".jpeg"):
            continue
        with Image.open(path) as image:
            if kind == "medium":
                image.convert("RGB").resize((500, 375)).save(output / f"{path.stem}.jpg", quality=90)
            elif 4e6 <= image.width * image.height <= 24e6:
                shutil.copyfile(path, output / path.name)


def by_torchvision(recipe, size):
    import torch
    from torchvision import transforms as T

    torch.set_num_threads(1)
    parts = [T.RandomResizedCrop(size, scale=(0.2, 1))]
    if recipe != "crop":
        jitter = T.RandomApply([T.ColorJitter(0.4, 0.4, 0.4, 0.1)], 0.8)
        parts += [T.RandomHorizontalFlip(), jitter, T.RandomGrayscale(0.2)]
    if recipe == "imagenet":
        parts.append(T.RandomApply([T.GaussianBlur(size // 10 | 1, (0.1, 2))], 0.5))
    parts += [T.ToTensor(), T.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
    view = T.Compose(parts)

    def views(data):
        image = Image.open(io.BytesIO(data)).convert("RGB")
        return [view(image) for _ in range(2)]

    return views


def by_albumentations(recipe, size):
    import albumentations as A
    import cv2

    cv2.setNumThreads(1)
    parts = [A.RandomResizedCrop(size=(size, size), scale=(0.2, 1))]
    if recipe != "crop":
        jitter = A.ColorJitter(
            brightness=(0.6, 1.4), contrast=(0.6, 1.4), saturation=(0.6, 1.4), hue=(-0.1, 0.1), p=0.8)
        parts += [A.HorizontalFlip(), jitter, A.ToGray(p=0.2)]
    if recipe == "imagenet":
        parts.append(A.GaussianBlur(blur_limit=(3, size // 10 | 1), sigma_limit=(0.1, 2), p=0.5))
    view = A.Compose([*parts, A.Normalize()])

    def views(data):
        image = cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), 1), cv2.COLOR_BGR2RGB)
        return [view(image=image)["image"] for _ in range(2)]

    return views


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--program", choices=["torchvision", "albumentations"])
    parser.add_argument("--recipe", choices=["cifar", "imagenet", "crop"], default="cifar")
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--prepare", choices=["medium", "large"])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.prepare:
        prepare(options.root, options.prepare, options.output)
        return
    paths = [path for path in sorted(options.root.rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg", ".png")]
    count = min(500, len(paths))
    files = [paths[index * len(paths) // count].read_bytes() for index in range(count)]
    views = (by_torchvision if options.program == "torchvision" else by_albumentations)(options.recipe, options.size)
    views(files[0])
    calls, start = 0, time.process_time()
    # Whole rounds, so that every picture counts equally; processor time, as in `siam-bench views`.
    while time.process_time() - start < options.seconds:
        for data in files:
            views(data)
        calls += len(files)
    print(json.dumps({"pictures_per_second": calls / (time.process_time() - start)}))


if __name__ == "__main__":
    main()
