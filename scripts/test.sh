#!/usr/bin/env bash
# Sets up, builds and runs the tests, from any working directory.
#
# usage: scripts/test.sh [--long] [--sanitize] [--werror] [--jobs N] [--no-setup] [--help]
#
#   --long       also what takes many minutes: the published figures of the default mesh, computed again
#   --sanitize   with the address and undefined-behaviour sanitizers (build/sanitize instead of build/release)
#   --werror     warnings are errors
#   --jobs N     tests side by side (default 2)
#   --no-setup   do not look for missing packages
#
# Exit codes: 0 all tests passed, 2 wrong option, others: set-up, build or tests failed.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PRESET=release SETUP=yes JOBS=2
TESTS=(--label-exclude long)
CONFIGURE=(-DLUMBARFEM_TESTS=ON)
while [ $# -gt 0 ]; do
  case $1 in
    --long) TESTS=() ;;
    --sanitize) PRESET=sanitize ;;
    --werror) CONFIGURE+=(-DLUMBARFEM_WERROR=ON) ;;
    --no-setup) SETUP=no ;;
    --jobs)
      require_count --jobs "${2:-}"
      JOBS=$2
      shift
      ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $1; see scripts/test.sh --help" 2 ;;
  esac
  shift
done

if [ "$SETUP" = yes ]; then
  "$ROOT/scripts/setup.sh"
fi
if [ "$PRESET" = sanitize ]; then
  # The MPI library keeps small blocks to the end of the process; leaks in it are not ours. Set before the build, which runs the test programs to
  # list their tests.
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
fi
build_preset "$PRESET" all "${CONFIGURE[@]}"

say "tests"
ctest --test-dir "$ROOT/build/$PRESET" --output-on-failure -j "$JOBS" "${TESTS[@]}"
