"""Types of arrays, as the modules of the engine use them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]  # places in a buffer, indexes of tags, nodes or rows, counts
Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[Any]  # small unsigned integers, as narrow as they may be
Flags = npt.NDArray[np.bool_]
