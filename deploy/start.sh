#!/bin/sh
# Start the app in a container whose root may be read-only: the kernels that were compiled when the
# image was built are put where the compiler may add to them.
set -eu
cd "$(dirname "$0")/.."
if [ -n "${BUILT_KERNELS:-}" ] && [ ! -e "$NUMBA_CACHE_DIR" ]; then
    mkdir -p "$NUMBA_CACHE_DIR"
    cp -R "$BUILT_KERNELS/." "$NUMBA_CACHE_DIR"
fi
exec python -m streamlit run "${1:-app.py}" --server.port "${PORT:-8501}" --server.headless true
