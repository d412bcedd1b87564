#!/usr/bin/env bash
# Formats every C++ file of the house with clang-format 14 (other versions format differently and are refused).
#
# usage: scripts/format.sh [--check] [--help]
#
#   --check   change nothing; list what differs and exit with 1 if anything does
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CHECK=no
for option in "$@"; do
  case $option in
    --check) CHECK=yes ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $option; see scripts/format.sh --help" 2 ;;
  esac
done

FORMATTER=
for candidate in clang-format-14 clang-format; do
  if command -v "$candidate" >/dev/null && "$candidate" --version | grep -q 'version 14\.'; then
    FORMATTER=$candidate
    break
  fi
done
[ -n "$FORMATTER" ] || fail "clang-format 14 is needed (package clang-format-14)"

cd "$ROOT"
mapfile -d '' FILES < <(find base materials meshes solver postprocess cases app tests benchmarks \
  -type f \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z)

if [ "$CHECK" = no ]; then
  "$FORMATTER" -i "${FILES[@]}"
  say "${#FILES[@]} files formatted"
  exit 0
fi
# One file after another would take a minute on two cores; a file that differs is named by the first line of its warning.
WRONG=$(printf '%s\0' "${FILES[@]}" | xargs -0 -n 16 -P "$(nproc)" "$FORMATTER" --dry-run 2>&1 |
  sed -n 's/:[0-9]*:[0-9]*: .*clang-format-violations.*/: not formatted/p' | sort -u)
if [ -n "$WRONG" ]; then
  echo "$WRONG"
  fail "$(wc -l <<<"$WRONG") of ${#FILES[@]} files are not formatted; run scripts/format.sh"
fi
say "${#FILES[@]} files are formatted"
