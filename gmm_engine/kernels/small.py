"""One to three columns: everything of a row stays in registers.

The general code writes whitened rows to a buffer and reads them again; here each is
computed twice, once for the density and once for the moments, which costs less than the
memory traffic. The loops have at most one array written, so the compiler needs no test
for overlap and turns them into SIMD.
"""

from __future__ import annotations

from gmm_engine.kernels._jit import inlined


@inlined
def log_density_1(block, size, mean, inverse, constant, out):
    half, floor = block.dtype.type(0.5), block.dtype.type(-1e30)
    x, m, a = block[0], mean[0], inverse[0, 0]
    for i in range(size):
        z = a * (x[i] - m)
        out[i] = max(constant - half * (z * z), floor)


@inlined
def log_density_2(block, size, mean, inverse, constant, out):
    half, floor = block.dtype.type(0.5), block.dtype.type(-1e30)
    x0, x1, m0, m1 = block[0], block[1], mean[0], mean[1]
    a, b, c = inverse[0, 0], inverse[1, 0], inverse[1, 1]
    for i in range(size):
        d0, d1 = x0[i] - m0, x1[i] - m1
        z0, z1 = a * d0, b * d0 + c * d1
        out[i] = max(constant - half * (z0 * z0 + z1 * z1), floor)


@inlined
def log_density_3(block, size, mean, inverse, constant, out):
    half, floor = block.dtype.type(0.5), block.dtype.type(-1e30)
    x0, x1, x2, m0, m1, m2 = block[0], block[1], block[2], mean[0], mean[1], mean[2]
    a, b, c = inverse[0, 0], inverse[1, 0], inverse[1, 1]
    e, f, g = inverse[2, 0], inverse[2, 1], inverse[2, 2]
    for i in range(size):
        d0, d1, d2 = x0[i] - m0, x1[i] - m1, x2[i] - m2
        z0, z1, z2 = a * d0, b * d0 + c * d1, e * d0 + f * d1 + g * d2
        out[i] = max(constant - half * (z0 * z0 + z1 * z1 + z2 * z2), floor)


@inlined
def add_moments_1(block, resp, size, mean, inverse, stats):
    zero = block.dtype.type(0)
    x, m, a = block[0], mean[0], inverse[0, 0]
    s, s0, s00 = zero, zero, zero
    for i in range(size):
        r, z = resp[i], a * (x[i] - m)
        w = r * z
        s += r
        s0 += w
        s00 += w * z
    stats[0] += s
    stats[1] += s0
    stats[2] += s00


@inlined
def add_moments_2(block, resp, size, mean, inverse, stats):
    zero = block.dtype.type(0)
    x0, x1, m0, m1 = block[0], block[1], mean[0], mean[1]
    a, b, c = inverse[0, 0], inverse[1, 0], inverse[1, 1]
    s, s0, s1, s00, s10, s11 = zero, zero, zero, zero, zero, zero
    for i in range(size):
        r, d0, d1 = resp[i], x0[i] - m0, x1[i] - m1
        z0, z1 = a * d0, b * d0 + c * d1
        w0, w1 = r * z0, r * z1
        s += r
        s0 += w0
        s1 += w1
        s00 += w0 * z0
        s10 += w1 * z0
        s11 += w1 * z1
    stats[0] += s
    stats[1] += s0
    stats[2] += s1
    stats[3] += s00
    stats[4] += s10
    stats[5] += s11


@inlined
def add_moments_3(block, resp, size, mean, inverse, stats):
    zero = block.dtype.type(0)
    x0, x1, x2, m0, m1, m2 = block[0], block[1], block[2], mean[0], mean[1], mean[2]
    a, b, c = inverse[0, 0], inverse[1, 0], inverse[1, 1]
    e, f, g = inverse[2, 0], inverse[2, 1], inverse[2, 2]
    s, s0, s1, s2 = zero, zero, zero, zero
    s00, s10, s11, s20, s21, s22 = zero, zero, zero, zero, zero, zero
    for i in range(size):
        r, d0, d1, d2 = resp[i], x0[i] - m0, x1[i] - m1, x2[i] - m2
        z0, z1, z2 = a * d0, b * d0 + c * d1, e * d0 + f * d1 + g * d2
        w0, w1, w2 = r * z0, r * z1, r * z2
        s += r
        s0 += w0
        s1 += w1
        s2 += w2
        s00 += w0 * z0
        s10 += w1 * z0
        s11 += w1 * z1
        s20 += w2 * z0
        s21 += w2 * z1
        s22 += w2 * z2
    stats[0] += s
    stats[1] += s0
    stats[2] += s1
    stats[3] += s2
    stats[4] += s00
    stats[5] += s10
    stats[6] += s11
    stats[7] += s20
    stats[8] += s21
    stats[9] += s22
