"""What `siam restore --seed N` draws, in NumPy: the first weights, the input, and the fresh noise of each step.

With these, another program starts where Siam starts. The originals are Sources/Tensors/CounterGenerator.swift,
Sources/NeuralNetworks/Initializer.swift and add_normal_noise in Sources/CKernels/loops/noise.inc; the fresh noise agrees to about
1e-6 of its deviation.
"""

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mixed(z):
    """The finaliser of SplitMix64, of an array of uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def one(value):
    return int(mixed(np.array([value & MASK], np.uint64))[0])


def draws(count, *names):
    """The first draws of CounterGenerator(names...)."""
    key = 0x243F6A8885A308D3
    for name in names:
        key = (one(key ^ name) + GOLDEN) & MASK
    counters = np.arange(1, count + 1, dtype=np.uint64)
    return mixed(np.uint64(one(key)) + counters * np.uint64(GOLDEN))


def stored(channels):
    return (channels + 15) // 16 * 16


def uniform(name, shape, fan_in, seed):
    """A parameter of this name and shape (as stored) before training: uniform in ±1/√fan-in."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = (key ^ byte) * 0x100000001B3 & MASK
    unit = (draws(int(np.prod(shape)), seed, key) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return ((2 * unit - 1) / np.sqrt(fan_in)).astype(np.float32).reshape(shape)


def convolution(name, shape, seed, between=None):
    """The weights (outputs, inputs, k, k) of a convolution.

    `between`: how many inputs lie before those of a skip connection, which are stored behind a multiple of 16.
    """
    outputs, inputs, kernel, _ = shape
    before = between or inputs
    room = stored(stored(before) + inputs - before)
    fan_in = kernel * kernel * (stored(before) + inputs - before if between else inputs)
    weights = uniform(name, (kernel, kernel, room, stored(outputs)), fan_in, seed)
    places = list(range(before)) + [stored(before) + index for index in range(inputs - before)]
    return weights[:, :, places, :outputs].transpose(3, 2, 0, 1).copy()


def constant_noise(height, width, channels, seed):
    """The input that stays, (channels, H, W), in 0...0.1."""
    room = stored(channels)
    values = draws(height * width * room, seed, 0)
    if room != channels:
        raise ValueError(f"{channels} channels are no multiple of 16")
    values = (values >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24) * np.float32(0.1)
    return values.reshape(height, width, channels).transpose(2, 0, 1).copy()


def scrambled(x, low, high):
    """lowbias32 (Wellons 2018), once with each half of the key."""
    for round, half in enumerate((low, high)):
        x = x + half if round else x ^ half
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
        x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
        x = x ^ (x >> np.uint32(16))
    return x


def fresh_noise(height, width, channels, seed, step):
    """The normal numbers of a step, (channels, H, W), of deviation 1."""
    count = height * width * channels
    if channels % 16 or count % 32:
        raise ValueError(f"{height}x{width}x{channels} numbers")
    key = int(draws(1, seed, 1, step)[0])
    low, high = np.uint32(key & 0xFFFFFFFF), np.uint32(key >> 32)
    places = np.arange(count, dtype=np.uint32).reshape(-1, 2, 16)
    a, b = scrambled(places[:, 0], low, high), scrambled(places[:, 1], low, high)
    unit, half_pi = np.float32(2.0**-24), np.float32(np.pi / 2)
    radius = np.sqrt(np.float32(-2) * np.log(((a >> np.uint32(8)) + np.uint32(1)).astype(np.float32) * unit))
    part = ((b >> np.uint32(8)) & np.uint32(0x3FFFFF)).astype(np.float32) * np.float32(2.0**-22) - np.float32(0.5)
    angle = (part + (b >> np.uint32(30)).astype(np.float32)) * half_pi
    values = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    return values.reshape(height, width, channels).transpose(2, 0, 1)
