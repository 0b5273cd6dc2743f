"""Elementary functions on a block of rows, written so that each loop becomes SIMD.

The system's exp and log are scalar calls; here range reduction and a polynomial
work on every element of the block at once. `bits` is an integer scratch buffer of
the same element size (int32 for float32, int64 for float64) through which powers of
two are assembled and exponents read.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from gmm_engine.kernels._jit import by_type, inlined

LOG2_E = 1 / math.log(2)
# Twelve leading bits of ln 2, exact in either precision, and the rest.
LN2_HIGH = 0.693359375
LN2_LOW = math.log(2) - LN2_HIGH
EXP_COEFFICIENTS = tuple(1 / math.factorial(order) for order in range(14))


@inlined
def total(x, size):
    """Sum of x[:size], in the block's own precision."""
    result = x.dtype.type(0)
    for i in range(size):
        result += x[i]
    return result


@inlined
def dot(x, y, size):
    """Sum of x[:size] * y[:size], in the block's own precision."""
    result = x.dtype.type(0)
    for i in range(size):
        result += x[i] * y[i]
    return result


def exp_nonpositive(x, bits, size):
    """Replace x[:size], all at most zero, by exp(x); far below zero (1e-30, 1e-282) by 0."""


@by_type(exp_nonpositive)
def _choose_exp(x, bits, size):
    single = x.dtype == numba.types.float32
    real = np.float32 if single else np.float64
    log2_e, high, low = real(LOG2_E), real(LN2_HIGH), real(LN2_LOW)
    # Below this the result is exactly zero: subnormal numbers would cost a hundred cycles each.
    lowest = real(-70.0 if single else -650.0)
    half = real(0.5)
    integer = np.int32 if single else np.int64
    bias, shift = integer(127 if single else 1023), integer(23 if single else 52)
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13 = map(real, EXP_COEFFICIENTS)

    def single_precision(x, bits, size):
        power = bits.view(np.float32)
        for i in range(size):
            x_i = x[i]
            value = max(x_i, lowest)
            n = np.int32(value * log2_e - half)
            whole = np.float32(n)  # an int32 times a float32 would become a float64
            r = (value - whole * high) - whole * low
            p = c4 + r * (c5 + r * (c6 + r * c7))
            x[i] = c0 + r * (c1 + r * (c2 + r * (c3 + r * p)))
            bits[i] = (n + bias) << shift if x_i > lowest else 0
        for i in range(size):
            x[i] *= power[i]

    def double_precision(x, bits, size):
        power = bits.view(np.float64)
        for i in range(size):
            x_i = x[i]
            value = max(x_i, lowest)
            n = np.int32(value * log2_e - half)
            r = (value - n * high) - n * low
            p = c9 + r * (c10 + r * (c11 + r * (c12 + r * c13)))
            p = c4 + r * (c5 + r * (c6 + r * (c7 + r * (c8 + r * p))))
            x[i] = c0 + r * (c1 + r * (c2 + r * (c3 + r * p)))
            bits[i] = (np.int64(n) + bias) << shift if x_i > lowest else 0
        for i in range(size):
            x[i] *= power[i]

    return single_precision if single else double_precision


def log_positive(x, bits, out, size):
    """Write log(x[:size]) to out, for normal positive x."""


@by_type(log_positive)
def _choose_log(x, bits, out, size):
    # x = 2^e m with m in [1/sqrt 2, sqrt 2); log m = 2 artanh((m - 1) / (m + 1)), by its series.
    single = x.dtype == numba.types.float32
    real = np.float32 if single else np.float64
    integer = np.int32 if single else np.int64
    bias, shift = integer(127 if single else 1023), integer(23 if single else 52)
    fraction = integer((1 << 23) - 1 if single else (1 << 52) - 1)
    one_bits = integer(bias << shift)
    root2, half, one, two = real(math.sqrt(2)), real(0.5), real(1), real(2)
    high, low = real(LN2_HIGH), real(LN2_LOW)
    c3, c5, c7, c9, c11, c13, c15, c17, c19 = (real(1 / order) for order in range(3, 20, 2))

    def body(x, bits, out, size):
        mantissa = bits.view(x.dtype)
        source = x.view(bits.dtype)
        for i in range(size):
            word = source[i]
            bits[i] = (word & fraction) | one_bits
            out[i] = real(np.int32((word >> shift) - bias))
        for i in range(size):
            m = mantissa[i]
            above = m > root2
            m = m * half if above else m
            e = out[i] + one if above else out[i]
            s = (m - one) / (m + one)
            q = s * s
            tail = c11 + q * (c13 + q * (c15 + q * (c17 + q * c19)))
            series = one + q * (c3 + q * (c5 + q * (c7 + q * (c9 + q * tail))))
            out[i] = e * high + (e * low + two * s * series)

    return body
